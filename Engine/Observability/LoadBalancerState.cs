// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Observability;

/// <summary>Where an engine is in its life; it only moves forward.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LoadBalancerState>))]
public enum LoadBalancerState
{
    /// <summary>Built, nothing bound yet.</summary>
    Created,

    /// <summary>Accepting.</summary>
    Running,

    /// <summary>On its way to the end: live connections go on, new clients are taken for the drain's delay and no longer.</summary>
    Draining,

    /// <summary>Everything is closed and given back.</summary>
    Stopped,
}
