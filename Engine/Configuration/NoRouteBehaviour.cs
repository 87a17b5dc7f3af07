// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>What becomes of a TLS client that no route of its listener takes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NoRouteBehaviour>))]
public enum NoRouteBehaviour
{
    /// <summary>The pool of the listener takes it.</summary>
    Pool,

    /// <summary>It is told that its server is not known here (the TLS alert unrecognized_name), and its connection is closed.</summary>
    Refuse,
}
