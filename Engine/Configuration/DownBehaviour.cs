// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>What happens to the live connections of a backend that goes down.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DownBehaviour>))]
public enum DownBehaviour
{
    /// <summary>They go on, and end when they end.</summary>
    Keep,

    /// <summary>They are reset at once, so that clients connect anew to a healthy backend.</summary>
    Reset,
}
