// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Timing;

namespace LbEngine.Transport.Linux;

/// <summary>Closes what is left of a reactor's connections evenly over a time, so that clients do not all come back at once. Reactor thread only.</summary>
internal sealed class SpreadClose : TimerNode
{
    private const int StepMilliseconds = 100;

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ReactorParts _parts;
    private readonly ConnectionCloser _closer;
    private readonly CloseReason _reason;
    private readonly long _end;
    private int _cursor;

    public SpreadClose(ReactorParts parts, ConnectionCloser closer, CloseReason reason, TimeSpan spread)
    {
        _parts = parts;
        _closer = closer;
        _reason = reason;
        _end = parts.Clock.Milliseconds + (long)spread.TotalMilliseconds;
        Continue(parts.Clock.Milliseconds);
    }

    public Task Completion => _completion.Task;

    /// <summary>Closes this step's share and waits for the next step, or reports that all have ended.</summary>
    public void Continue(long now)
    {
        int steps = (int)Math.Max(1, (_end - now + StepMilliseconds - 1) / StepMilliseconds);
        int share = now >= _end ? int.MaxValue : (_parts.Connections.Count + steps - 1) / steps;
        for (; share > 0 && _cursor < _parts.Connections.Bound; _cursor++)
        {
            if (_parts.Connections.At(_cursor) is LinuxConnection connection)
            {
                _closer.Close(connection, _reason);
                share--;
            }
        }

        if (_parts.Connections.Count == 0)
        {
            _completion.TrySetResult();
            return;
        }

        if (_cursor >= _parts.Connections.Bound)
        {
            // Clients that came out of the backlog meanwhile may lie in slots that were passed.
            _cursor = 0;
        }

        _parts.Wheel.Schedule(this, Math.Min(now + StepMilliseconds, Math.Max(_end, now + 1)));
    }
}
