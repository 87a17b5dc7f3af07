// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>What a <see cref="ConfigurationNode"/> is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConfigurationNodeKind>))]
public enum ConfigurationNodeKind
{
    /// <summary>Nothing was written.</summary>
    Null,

    /// <summary>One text, number or truth value, as it was written.</summary>
    Scalar,

    /// <summary>A list.</summary>
    Sequence,

    /// <summary>Names with values.</summary>
    Mapping,
}
