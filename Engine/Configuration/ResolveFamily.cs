// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>Which addresses of a host name are used.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResolveFamily>))]
public enum ResolveFamily
{
    /// <summary>All of them.</summary>
    Any,

    /// <summary>IPv4 addresses only; no others are asked for.</summary>
    Ipv4,

    /// <summary>IPv6 addresses only; no others are asked for.</summary>
    Ipv6,
}
