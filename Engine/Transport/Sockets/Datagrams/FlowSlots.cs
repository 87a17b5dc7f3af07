// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>From a row of the table to the flow that holds it, for all listeners of a transport.</summary>
/// <remarks>A row that <see cref="ConnectionTable.TryFind"/> finds belongs to one listener, whose owner alone reads and writes its place here, while the flow holds the row.</remarks>
internal sealed class FlowSlots
{
    private readonly SocketFlow?[] _flows;

    /// <summary>One place for each row; those of rows that are never used are never touched.</summary>
    public FlowSlots(int capacity) => _flows = new SocketFlow?[capacity];

    public void Set(ConnectionHandle handle, SocketFlow? flow) => _flows[handle.Slot] = flow;

    public SocketFlow? Find(ConnectionHandle handle) => _flows[handle.Slot];
}
