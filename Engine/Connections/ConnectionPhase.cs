// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Connections;

/// <summary>How far a connection has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConnectionPhase>))]
public enum ConnectionPhase : byte
{
    /// <summary>A backend is being connected to; no byte of the client was sent on yet. For UDP: the backend has not answered yet.</summary>
    Connecting,

    /// <summary>Bytes may flow both ways.</summary>
    Relaying,

    /// <summary>One side has sent its end; the other may still send.</summary>
    HalfClosed,

    /// <summary>TCP: the client's first bytes are awaited, which say where it goes. Comes before <see cref="Connecting"/>.</summary>
    Inspecting,
}
