// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration;

/// <summary>How many clients may come in a time. At least one of <see cref="PerClient"/> and <see cref="Total"/> is needed.</summary>
/// <remarks>Counts new connections; over UDP new flows, and each datagram where each is placed by itself.</remarks>
public sealed class RateOptions
{
    /// <summary>New connections or flows of one client, such as <c>10/s</c>, <c>600/m</c> or <c>100/h</c>: 1 to 1000000 in a second, a minute or an hour.
    /// Default empty: no limit.</summary>
    public string PerClient { get; set; } = "";

    /// <summary>As many of one client may come at once, 1 to 1000000, and then as many as <see cref="PerClient"/> says. Default null: what
    /// <see cref="PerClient"/> lets in in a second, at least 1.</summary>
    public int? Burst { get; set; }

    /// <summary>Leading bits of an IPv4 address that make a client, 1 to 32. Default 32: each address by itself.</summary>
    public int PrefixV4 { get; set; } = 32;

    /// <summary>Leading bits of an IPv6 address that make a client, 1 to 128. Default 64.</summary>
    public int PrefixV6 { get; set; } = 64;

    /// <summary>New connections or flows of all clients of the listener, written as <see cref="PerClient"/>. Default empty: no limit.</summary>
    public string Total { get; set; } = "";

    /// <summary>As many of all clients may come at once, 1 to 1000000. Default null: what <see cref="Total"/> lets in in a second, at least 1.</summary>
    public int? TotalBurst { get; set; }

    /// <summary>TCP: what happens to a connection that is over. Default null: <see cref="OverRateBehaviour.Reset"/>.</summary>
    /// <remarks>A datagram that is over is dropped.</remarks>
    public OverRateBehaviour? Over { get; set; }

    internal OverRateBehaviour OverOrDefault => Over ?? OverRateBehaviour.Reset;

    internal int BurstOrDefault => Burst ?? RateText.BurstOf(PerClient);

    internal int TotalBurstOrDefault => TotalBurst ?? RateText.BurstOf(Total);
}
