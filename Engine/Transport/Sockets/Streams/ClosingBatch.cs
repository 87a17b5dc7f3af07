// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Sockets.Streams;

/// <summary>Connections to be ended evenly over a time. One caller at a time.</summary>
/// <remarks>Objects are reused, so each is remembered with its handle: one that has meanwhile become another connection is left alone.</remarks>
internal sealed class ClosingBatch
{
    private readonly (SocketConnection Connection, ConnectionHandle Handle)[] _connections;
    private readonly CloseScope _scope;
    private readonly CloseReason _reason;
    private readonly long _start;
    private readonly long _spread;
    private int _next;

    public ClosingBatch(
        (SocketConnection Connection, ConnectionHandle Handle)[] connections, CloseScope scope, CloseReason reason, long start, long spreadMilliseconds)
    {
        _connections = connections;
        _scope = scope;
        _reason = reason;
        _start = start;
        _spread = spreadMilliseconds;
    }

    /// <summary>Ends those whose time has come. True when none is left.</summary>
    public bool CloseDue(long now)
    {
        long elapsed = now - _start;
        long due = elapsed >= _spread ? _connections.Length : _connections.Length * elapsed / _spread;
        for (; _next < due; _next++)
        {
            (SocketConnection connection, ConnectionHandle handle) = _connections[_next];
            if (connection.TryAddReference())
            {
                if (connection.Handle == handle && _scope.Covers(connection))
                {
                    connection.End(_reason);
                }

                connection.Leave();
            }
        }

        return _next == _connections.Length;
    }
}
