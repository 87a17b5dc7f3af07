// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Timing;

namespace LbEngine.Transport.Linux;

/// <summary>Closes a reactor's connections, or flows, evenly over a time, so that clients do not all come back at once. Reactor thread only.</summary>
internal sealed class SpreadClose : TimerNode
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ReactorParts _parts;
    private readonly ICloseTarget _target;
    private readonly CloseScope _scope;
    private readonly CloseReason _reason;
    private readonly long _start;
    private readonly long _spread;
    private readonly long _toClose;
    private long _closed;
    private int _cursor;

    public SpreadClose(ReactorParts parts, ICloseTarget target, CloseScope scope, CloseReason reason, TimeSpan spread)
    {
        _parts = parts;
        _target = target;
        _scope = scope;
        _reason = reason;
        _start = parts.Clock.Milliseconds;
        _spread = (long)spread.TotalMilliseconds;
        _toClose = CountCovered();
        Continue(_start);
    }

    public Task Completion => _completion.Task;

    /// <summary>Closes those whose turn has come and waits for the next one's, or reports that all have ended. The first turn is at once.</summary>
    public void Continue(long now)
    {
        bool isOver = now - _start >= _spread;
        long due = isOver ? long.MaxValue : 1 + (_toClose * (now - _start) / _spread);
        CloseUpTo(due);
        if (isOver)
        {
            // Clients that came out of the backlog meanwhile may lie in slots that were passed.
            _cursor = 0;
            CloseUpTo(long.MaxValue);
        }

        if (isOver || CountCovered() == 0)
        {
            _completion.TrySetResult();
            return;
        }

        long next = _closed < _toClose ? _start + (_closed * _spread / _toClose) : _start + _spread;
        _parts.Wheel.Schedule(this, Math.Max(next, now + 1));
    }

    private long CountCovered()
    {
        long count = 0;
        for (int i = 0; i < _target.Bound; i++)
        {
            count += Covers(i) ? 1 : 0;
        }

        return count;
    }

    private void CloseUpTo(long due)
    {
        for (; _closed < due && _cursor < _target.Bound; _cursor++)
        {
            if (Covers(_cursor))
            {
                _target.CloseAt(_cursor, _reason);
                _closed++;
            }
        }
    }

    private bool Covers(int index) => _target.At(index) is PlacedClient client && _scope.Covers(client);
}
