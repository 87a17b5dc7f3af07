// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Backends;

/// <summary>What probes found out about a backend.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HealthState>))]
public enum HealthState : byte
{
    /// <summary>Not probed yet, or not probed at all: taken as usable.</summary>
    Unknown,

    /// <summary>Healthy.</summary>
    Up,

    /// <summary>Unhealthy: takes no new traffic.</summary>
    Down,
}
