// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Kestrel;

/// <summary>From whom a Kestrel endpoint takes PROXY headers, and how long it waits for one.</summary>
public sealed class ProxyProtocolOptions
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    /// <summary>
    /// Networks of those whose header is believed and required, such as <c>10.0.0.0/8</c>. At least one, unless <see cref="TrustUnixSockets"/> is set.
    /// </summary>
    /// <remarks>
    /// Whoever is in one of them can be any client that it likes: name the balancers in front, and no network that clients are in. An IPv4 network holds
    /// its addresses also where a socket shows them as <c>::ffff:10.0.0.1</c>. Note that <c>default(IPNetwork)</c> is every IPv4 address.
    /// </remarks>
    public IList<IPNetwork> Trusted { get; } = [];

    /// <summary>True when whoever reaches a UNIX socket is believed. Default false: such a peer has no address that a network could hold.</summary>
    /// <remarks>Peers over anything else without an IP address, such as a named pipe, are never believed.</remarks>
    public bool TrustUnixSockets { get; set; }

    /// <summary>What becomes of all others. Default <see cref="UntrustedPeer.Refuse"/>.</summary>
    public UntrustedPeer Untrusted { get; set; }

    /// <summary>From the accept until the whole header must have come, 100 ms to 1 hour. Default 5 s.</summary>
    /// <remarks>Whatever comes meanwhile: a peer that sends byte by byte gets no longer.</remarks>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock that <see cref="Timeout"/> goes by. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Every mistake, in words.</summary>
    internal IEnumerable<string> FindMistakes()
    {
        if (Trusted.Count == 0 && !TrustUnixSockets)
        {
            yield return $"{nameof(Trusted)} names nobody, so no header would be believed. Name those in front, such as IPNetwork.Parse(\"10.0.0.0/8\").";
        }

        if (!Enum.IsDefined(Untrusted))
        {
            yield return $"{nameof(Untrusted)} is {Untrusted}, which there is not. Write {nameof(UntrustedPeer)}.{UntrustedPeer.Refuse} or "
                + $"{nameof(UntrustedPeer)}.{UntrustedPeer.Ignore}.";
        }

        if (Timeout < ShortestTimeout || Timeout > LongestTimeout)
        {
            yield return $"{nameof(Timeout)} is {Timeout}: write 100 ms to 1 hour, such as TimeSpan.FromSeconds(5).";
        }

        if (TimeProvider is null)
        {
            yield return $"{nameof(TimeProvider)} is null: write TimeProvider.System.";
        }
    }
}
