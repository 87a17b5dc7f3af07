// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Observability.Events;

/// <summary>Which events somebody wants to hear of.</summary>
[Flags]
[JsonConverter(typeof(JsonStringEnumConverter<LoadBalancerEventKinds>))]
public enum LoadBalancerEventKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><see cref="ConnectionEnded"/> and <see cref="ClientRejected"/>: one for each client, which costs some 200 bytes each.</summary>
    Connections = 1,

    /// <summary><see cref="BackendStateChanged"/>.</summary>
    Backends = 2,

    /// <summary><see cref="ConfigurationApplied"/> and <see cref="ConfigurationRefused"/>.</summary>
    Configuration = 4,

    /// <summary>All of them.</summary>
    All = Connections | Backends | Configuration,
}
