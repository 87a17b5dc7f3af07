// SPDX-License-Identifier: MIT
using LbEngine.Observability;
using LbEngine.Timing;
using LbEngine.Transport.Sockets.Streams;
using Microsoft.Extensions.Logging;

namespace LbEngine.Transport.Sockets;

/// <summary>The transport's one periodic timer: a coarse clock, the wheel that all connections wait on, and whoever else wants to be called.</summary>
/// <remarks>Any thread. The lock is taken a few times per connection, never per segment, and nobody is called under it.</remarks>
internal sealed class SocketTimers : IDisposable
{
    private const int StallMilliseconds = 500;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FastTick = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private readonly CoarseClock _clock;
    private readonly TimerWheel _wheel;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private long _lastTick;
    private int _hurried;
    private int _isTicking;

    public SocketTimers(TimeProvider timeProvider, ILogger logger)
    {
        _clock = new CoarseClock(timeProvider);
        _lastTick = _clock.Milliseconds;
        _wheel = new TimerWheel(_lastTick);
        _logger = logger;
        _timer = timeProvider.CreateTimer(static timers => ((SocketTimers)timers!).OnTick(), this, Tick, Tick);
    }

    /// <summary>Called at every tick with the time, before connections expire. Set before anything is scheduled.</summary>
    public Action<long>? Ticked { get; set; }

    /// <summary>The time of the last tick.</summary>
    public long Milliseconds => _clock.Milliseconds;

    /// <summary>Schedules the connection's timer, or moves it. Holders of a reference.</summary>
    public void Schedule(SocketConnection connection, long deadline)
    {
        lock (_lock)
        {
            _wheel.Schedule(connection, deadline);
        }
    }

    /// <summary>Schedules the timer that has just fired, unless a loop has scheduled it meanwhile: the loop knows better. The tick only.</summary>
    public void Rearm(SocketConnection connection, long deadline)
    {
        lock (_lock)
        {
            if (!connection.IsScheduled)
            {
                _wheel.Schedule(connection, deadline);
            }
        }
    }

    /// <summary>Takes the connection out; after it the tick will not find it.</summary>
    public void Cancel(SocketConnection connection)
    {
        lock (_lock)
        {
            _wheel.Cancel(connection);
        }
    }

    /// <summary>Ticks every 20 ms until as many calls of <see cref="Relax"/>: a listener waits to try again.</summary>
    public void Hurry()
    {
        lock (_lock)
        {
            if (_hurried++ == 0)
            {
                _timer.Change(FastTick, FastTick);
            }
        }
    }

    public void Relax()
    {
        lock (_lock)
        {
            if (--_hurried == 0)
            {
                _timer.Change(Tick, Tick);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void OnTick()
    {
        // A tick that comes while the one before still works is dropped: the next one does its part.
        if (Interlocked.Exchange(ref _isTicking, 1) != 0)
        {
            return;
        }

        try
        {
            long now = _clock.Refresh();
            bool hasStalled = now - _lastTick > StallMilliseconds;
            _lastTick = now;
            Ticked?.Invoke(now);
            if (!hasStalled)
            {
                Expire(now);
            }
        }
        catch (Exception exception)
        {
            EngineLog.TransportUnexpected(_logger, exception, SocketsTransport.TransportName);
        }
        finally
        {
            Volatile.Write(ref _isTicking, 0);
        }
    }

    /// <summary>
    /// After a stall of this process peers may have answered long ago and only we did not look, so what waits in the kernel gets a chance before
    /// anything expires.
    /// </summary>
    private void Expire(long now)
    {
        while (TakeExpired(now) is SocketConnection connection)
        {
            connection.OnTimer(now);
            connection.Leave();
        }
    }

    private SocketConnection? TakeExpired(long now)
    {
        lock (_lock)
        {
            while (_wheel.TryTakeExpired(now) is TimerNode node)
            {
                var connection = (SocketConnection)node;
                if (connection.TryAddReference())
                {
                    return connection;
                }
            }

            return null;
        }
    }
}
