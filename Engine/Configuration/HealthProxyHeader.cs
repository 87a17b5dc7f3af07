// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>The PROXY header that a health check sends first, of the version of the pool's <see cref="BackendPoolOptions.SendProxy"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HealthProxyHeader>))]
public enum HealthProxyHeader
{
    /// <summary>None.</summary>
    Off,

    /// <summary>One that says that the balancer speaks for itself: LOCAL, or UNKNOWN in version 1.</summary>
    Local,

    /// <summary>One with the balancer's own address as the client's, for backends that do not know the other one.</summary>
    Proxy,
}
