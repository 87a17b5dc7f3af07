// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Admin;

/// <summary>What a configuration file is to the configuration that was loaded from it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConfigurationFileState>))]
public enum ConfigurationFileState
{
    /// <summary>It says what was loaded.</summary>
    Loaded,

    /// <summary>It says something else, which is not loaded: nobody has asked for a reload, or it was refused.</summary>
    Changed,

    /// <summary>It cannot be read any more.</summary>
    Missing,
}
