// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>Which addresses of a host name are used.</summary>
public enum ResolveFamily
{
    /// <summary>All of them.</summary>
    Any,

    /// <summary>IPv4 addresses only; no others are asked for.</summary>
    Ipv4,

    /// <summary>IPv6 addresses only; no others are asked for.</summary>
    Ipv6,
}
