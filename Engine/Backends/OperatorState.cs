// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Backends;

/// <summary>What the operator wants of a backend. Independent of its <see cref="HealthState"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OperatorState>))]
public enum OperatorState : byte
{
    /// <summary>Takes new traffic when it is healthy.</summary>
    Ready,

    /// <summary>Takes no new clients, keeps live connections and honours affinity.</summary>
    Draining,

    /// <summary>Takes nothing at all.</summary>
    Maintenance,
}
