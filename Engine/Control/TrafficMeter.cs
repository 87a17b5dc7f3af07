// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Control.Model;
using LbEngine.Control.Reload;
using LbEngine.Timing;

namespace LbEngine.Control;

/// <summary>
/// Sums up what goes through each listener and to each backend, when somebody asks and every few seconds, so that there are rates at once. Any thread.
/// </summary>
/// <remarks>
/// The threads that move bytes do nothing for it. A sum reads each row of the table, 10 ns each (20 while they are few). So the time between two grows with
/// what one costs, to a thousandth of one core at most; and while nothing moves it grows to a minute.
/// </remarks>
internal sealed class TrafficMeter : IDisposable
{
    /// <summary>The time that rates are taken over, at least: up to twice as long as a rule.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private const int CostShare = 1000;
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromMinutes(1);
    private static readonly long PeriodMilliseconds = (long)Period.TotalMilliseconds;

    private readonly EngineModel _model;
    private readonly ConnectionTable _table;
    private readonly LeavingBackends _leaving;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _lock = new();
    private readonly List<Listener> _listeners = [];
    private readonly List<Backend> _backends = [];
    private ITimer? _timer;
    private TimeSpan _period = Period;
    private long _earlierMilliseconds;
    private long _latestMilliseconds;

    public TrafficMeter(EngineModel model, ConnectionTable table, LeavingBackends leaving, TimeProvider timeProvider)
    {
        _model = model;
        _table = table;
        _leaving = leaving;
        _timeProvider = timeProvider;
    }

    private long Now => CoarseClock.ReadMilliseconds(_timeProvider);

    /// <summary>The time until the next sum, after one that has found traffic or none, and has cost so much.</summary>
    public static TimeSpan NextPeriod(TimeSpan last, bool hasMoved, TimeSpan cost)
    {
        TimeSpan wanted = hasMoved ? Period : TimeSpan.FromTicks(Math.Min(2 * last.Ticks, LongestPeriod.Ticks));
        return NoShorterThan(cost, wanted);
    }

    private static TimeSpan NoShorterThan(TimeSpan cost, TimeSpan wanted) => TimeSpan.FromTicks(Math.Max(wanted.Ticks, CostShare * cost.Ticks));

    /// <summary>The engine begins to serve.</summary>
    public void Start()
    {
        lock (_lock)
        {
            _earlierMilliseconds = _latestMilliseconds = Now;
            _timer = _timeProvider.CreateTimer(static meter => ((TrafficMeter)meter!).OnTimer(), this, Period, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Sums up now, and reads the sums while nobody else changes them.</summary>
    public T Read<T>(Func<TrafficWindow, T> read)
    {
        lock (_lock)
        {
            bool hasMoved = SumUp(out TimeSpan cost);
            long now = Now;
            bool isLatestOld = now - _latestMilliseconds >= PeriodMilliseconds;
            T result = read(new TrafficWindow(isLatestOld, _timer is null ? 0 : now - (isLatestOld ? _latestMilliseconds : _earlierMilliseconds)));
            if (isLatestOld && _timer is not null)
            {
                Keep(now);
                Arm(NoShorterThan(cost, hasMoved ? Period : _period));
            }

            return result;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            if (_timer is null)
            {
                return;
            }

            bool hasMoved = SumUp(out TimeSpan cost);
            Keep(Now);
            Arm(NextPeriod(_period, hasMoved, cost));
        }
    }

    private void Arm(TimeSpan period)
    {
        _period = period;
        _timer?.Change(_period, Timeout.InfiniteTimeSpan);
    }

    private void Keep(long now)
    {
        _earlierMilliseconds = _latestMilliseconds;
        _latestMilliseconds = now;
        foreach (Listener listener in _listeners)
        {
            listener.Traffic.KeepReading();
        }

        foreach (Backend backend in _backends)
        {
            backend.Traffic.KeepReading();
        }
    }

    /// <summary>True when anything has moved since the latest sum that was kept.</summary>
    private bool SumUp(out TimeSpan cost)
    {
        long start = _timeProvider.GetTimestamp();
        Gather();
        int cursor = 0;
        while (_table.TryReadNext(ref cursor, out ConnectionSnapshot row))
        {
            if ((row.BytesToBackend | row.BytesToClient) != 0)
            {
                _model.ListenerDirectory.Find(row.Key.ListenerId)?.Traffic.AddLive(row.BytesToBackend, row.BytesToClient);
                _model.Backends.Find(row.BackendId)?.Traffic.AddLive(row.BytesToBackend, row.BytesToClient);
            }
        }

        bool hasMoved = false;
        foreach (Listener listener in _listeners)
        {
            hasMoved |= listener.Traffic.EndReading(listener.AcceptedCount);
        }

        foreach (Backend backend in _backends)
        {
            hasMoved |= backend.Traffic.EndReading(backend.TotalConnections);
        }

        cost = _timeProvider.GetElapsedTime(start);
        return hasMoved;
    }

    private void Gather()
    {
        _listeners.Clear();
        _listeners.AddRange(_model.Listeners);
        _listeners.AddRange(_model.ListenerDirectory.Leaving);
        _backends.Clear();
        foreach (BackendPool pool in _model.Pools)
        {
            foreach (Backend? backend in pool.Current.BySlot)
            {
                if (backend is not null)
                {
                    _backends.Add(backend);
                }
            }
        }

        _backends.AddRange(_leaving.All);
        foreach (Listener listener in _listeners)
        {
            listener.Traffic.BeginReading();
        }

        foreach (Backend backend in _backends)
        {
            backend.Traffic.BeginReading();
        }
    }
}
