// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Transport.Sockets;

/// <summary>The connections that have begun and not been given back, and the closing of all of them. Any thread.</summary>
internal sealed class LiveConnections
{
    private readonly Lock _lock = new();
    private readonly HashSet<SocketConnection> _live = [];
    private readonly List<ClosingBatch> _closing = [];
    private TaskCompletionSource? _empty;

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
            if (_live.Count == 0)
            {
                _empty?.TrySetResult();
                _empty = null;
            }
        }
    }

    /// <summary>Ends everything that lives now, spread over the time; completes when nothing lives. Nobody may accept meanwhile.</summary>
    public Task CloseAsync(CloseReason reason, long spreadMilliseconds, long now)
    {
        ClosingBatch batch;
        Task empty;
        lock (_lock)
        {
            if (_live.Count == 0)
            {
                return Task.CompletedTask;
            }

            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            empty = _empty.Task;
            batch = new ClosingBatch([.. _live.Select(connection => (connection, connection.Handle))], reason, now, spreadMilliseconds);
        }

        if (!batch.CloseDue(now))
        {
            lock (_lock)
            {
                _closing.Add(batch);
            }
        }

        return empty;
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
