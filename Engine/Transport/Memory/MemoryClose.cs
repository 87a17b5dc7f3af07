// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Testing;

/// <summary>How the other side of a <see cref="MemoryConnection"/> has ended it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MemoryClose>))]
public enum MemoryClose
{
    /// <summary>Not at all: it may still send.</summary>
    None,

    /// <summary>In order: everything that it sent has come, then its FIN.</summary>
    Fin,

    /// <summary>Abruptly, by RST. What was on the way is lost.</summary>
    Reset,

    /// <summary>Before it began: nothing listens at the address.</summary>
    Refused,
}
