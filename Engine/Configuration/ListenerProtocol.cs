// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>What a listener listens to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ListenerProtocol>))]
public enum ListenerProtocol
{
    /// <summary>TCP connections.</summary>
    Tcp,

    /// <summary>UDP flows.</summary>
    Udp,
}
