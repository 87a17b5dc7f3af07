// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>
/// What the UDP listeners of one transport share: the way from a row of the table to its flow, and how many sockets they may open beside those of
/// flows.
/// </summary>
internal sealed class DatagramShared
{
    private readonly SocketFlow?[] _flows;
    private readonly int _maxLocalSockets;
    private int _localSockets;

    /// <param name="capacity">One place for each row; those of rows that are never used are never touched.</param>
    /// <param name="maxLocalSockets">Sockets for single addresses of wildcard listeners: the places of connections do not count their descriptors.</param>
    public DatagramShared(int capacity, int maxLocalSockets)
    {
        _flows = new SocketFlow?[capacity];
        _maxLocalSockets = maxLocalSockets;
    }

    /// <summary>
    /// The flow that holds a row. A row that <see cref="ConnectionTable.TryFind"/> finds belongs to one listener, whose owner alone
    /// reads and writes its place here, while the flow holds the row.
    /// </summary>
    public SocketFlow? Find(ConnectionHandle handle) => _flows[handle.Slot];

    /// <summary>See <see cref="Find"/>.</summary>
    public void Set(ConnectionHandle handle, SocketFlow? flow) => _flows[handle.Slot] = flow;

    /// <summary>Takes leave to open one more socket; matched by one <see cref="GiveLocalSocket"/>. Any thread.</summary>
    public bool TryTakeLocalSocket()
    {
        if (Interlocked.Increment(ref _localSockets) <= _maxLocalSockets)
        {
            return true;
        }

        Interlocked.Decrement(ref _localSockets);
        return false;
    }

    public void GiveLocalSocket() => Interlocked.Decrement(ref _localSockets);
}
