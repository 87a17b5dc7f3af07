// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>A version of the PROXY protocol, by which one who carries connections tells whose they are.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProxyVersion>))]
public enum ProxyVersion
{
    /// <summary>No header.</summary>
    Off,

    /// <summary>One line of text.</summary>
    V1,

    /// <summary>Binary.</summary>
    V2,
}
