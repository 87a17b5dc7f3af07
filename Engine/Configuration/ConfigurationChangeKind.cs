// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>What happens to one thing of a configuration.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConfigurationChangeKind>))]
public enum ConfigurationChangeKind
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>It has another value.</summary>
    Changed,
}
