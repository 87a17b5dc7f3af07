// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Streams;

/// <summary>Which part of a reactor a connection is with: who serves its events and its timer.</summary>
internal enum ConnectionStage : byte
{
    /// <summary>Bytes move; see <see cref="TcpRelay"/>.</summary>
    Relaying,

    /// <summary>A backend is being connected; see <see cref="BackendConnector"/>.</summary>
    Connecting,

    /// <summary>All backends have failed the client, and it waits for another round of them; see <see cref="BackendConnector"/>.</summary>
    Waiting,

    /// <summary>The client's first bytes are awaited; see <see cref="ClientInspector"/>.</summary>
    Inspecting,
}
