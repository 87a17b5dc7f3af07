// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>Source-IP affinity: a client address meets the backend that it met before.</summary>
public sealed class AffinityOptions
{
    /// <summary>How long a choice is remembered after the client's last connection has ended, 1 s to 7 days. Default 5 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Leading bits of an IPv4 address that count, 1 to 32. Default 32.</summary>
    /// <remarks>A shorter prefix sends a whole network to one backend.</remarks>
    public int PrefixV4 { get; set; } = 32;

    /// <summary>Leading bits of an IPv6 address that count, 1 to 128. Default 128.</summary>
    public int PrefixV6 { get; set; } = 128;

    /// <summary>Choices remembered at once, 64 to 16777216; the least recently used gives way. Default 1048576.</summary>
    public int MaxEntries { get; set; } = 1_048_576;
}
