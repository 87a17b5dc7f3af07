// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>A version of the PROXY protocol, by which one who carries connections tells whose they are.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProxyVersion>))]
public enum ProxyVersion
{
    /// <summary>No header.</summary>
    Off,

    /// <summary>One line of text, for TCP.</summary>
    V1,

    /// <summary>Binary, for TCP and UDP.</summary>
    V2,
}
