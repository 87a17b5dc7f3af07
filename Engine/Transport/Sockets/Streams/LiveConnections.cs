// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Sockets.Streams;

/// <summary>The connections that have begun and not been given back, and the closing of all of them. Any thread.</summary>
internal sealed class LiveConnections
{
    private readonly Lock _lock = new();
    private readonly HashSet<SocketConnection> _live = [];
    private readonly List<ClosingBatch> _closing = [];
    private readonly List<AwaitedEnds> _awaited = [];

    public void Add(SocketConnection connection)
    {
        lock (_lock)
        {
            _live.Add(connection);
        }
    }

    /// <summary>After the connection's end was reported.</summary>
    public void Remove(SocketConnection connection)
    {
        lock (_lock)
        {
            _live.Remove(connection);
            for (int i = _awaited.Count - 1; i >= 0; i--)
            {
                if (_awaited[i].OnEnded(connection))
                {
                    _awaited.RemoveAt(i);
                }
            }
        }
    }

    /// <summary>Ends what lives now and is covered by the scope, spread over the time; completes when all of that has ended.</summary>
    public Task CloseAsync(CloseReason reason, long spreadMilliseconds, long now, CloseScope scope)
    {
        ClosingBatch batch;
        AwaitedEnds awaited;
        lock (_lock)
        {
            SocketConnection[] covered = [.. _live.Where(connection => scope.Covers(connection))];
            if (covered.Length == 0)
            {
                return Task.CompletedTask;
            }

            awaited = new AwaitedEnds(covered);
            _awaited.Add(awaited);
            batch = new ClosingBatch([.. covered.Select(connection => (connection, connection.Handle))], scope, reason, now, spreadMilliseconds);
        }

        if (!batch.CloseDue(now))
        {
            lock (_lock)
            {
                _closing.Add(batch);
            }
        }

        return awaited.All;
    }

    /// <summary>Ends the connection that holds the row. False when it has ended already.</summary>
    public bool TryClose(ConnectionHandle handle, CloseReason reason)
    {
        SocketConnection? connection;
        lock (_lock)
        {
            connection = _live.FirstOrDefault(candidate => candidate.Handle == handle);
        }

        if (connection is null || !connection.TryAddReference())
        {
            return false;
        }

        // The object may have become another connection meanwhile.
        bool isClosed = connection.Handle == handle && connection.End(reason);
        connection.Leave();
        return isClosed;
    }

    /// <summary>Ends what is due by now. The tick only.</summary>
    public void OnTick(long now)
    {
        ClosingBatch[] batches;
        lock (_lock)
        {
            if (_closing.Count == 0)
            {
                return;
            }

            batches = [.. _closing];
        }

        foreach (ClosingBatch batch in batches)
        {
            if (batch.CloseDue(now))
            {
                lock (_lock)
                {
                    _closing.Remove(batch);
                }
            }
        }
    }
}
