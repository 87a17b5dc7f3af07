// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>What a health check asks of a backend.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HealthCheckType>))]
public enum HealthCheckType
{
    /// <summary>That a connection can be opened; with <c>send</c> or <c>expect</c> that it answers as expected.</summary>
    Tcp,

    /// <summary>That a request of HTTP/1.1 is answered with an expected status.</summary>
    Http,

    /// <summary>That a datagram is not refused (ICMP port unreachable); with <c>expect</c> that it is answered as expected.</summary>
    Udp,
}
