// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Connections;

/// <summary>A consistent copy of one live <see cref="ConnectionEntry"/>, taken by any thread.</summary>
internal readonly record struct ConnectionSnapshot(
    ConnectionHandle Handle,
    FlowKey Key,
    int BackendId,
    ushort Owner,
    ConnectionPhase Phase,
    EntryKind Kind,
    long CreatedMilliseconds,
    long LastActiveMilliseconds,
    long BytesToBackend,
    long BytesToClient)
{
    /// <summary>Who has connected, where that is not the client but who brings it; port 0 where they are the same.</summary>
    public EndPointKey Peer { get; init; }
}
