// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Observability;
using LbEngine.Timing;
using LbEngine.Transport.Probes;
using Microsoft.Extensions.Logging;

namespace LbEngine.Health.Active;

/// <summary>
/// Probes the backends of every pool and publishes who is healthy; also takes slow starts on. One for the engine, with one loop for all of them.
/// </summary>
/// <remarks>
/// Probes are spread over the interval, and at most a set number are under way: each may hold a descriptor. Locks are taken in the order
/// <see cref="BackendPool.Writer"/>, then this one's own; so <see cref="Watch"/> may be called with or without the Writer.
/// </remarks>
internal sealed class ActiveHealth : IDisposable
{
    /// <summary>A failure that came this much later than its time-out was found by a process that stood still; it says nothing of the backend.</summary>
    public const int LateMilliseconds = 100;

    private const int MostStartsPerTurn = 64;
    private const int TurnMilliseconds = 10;

    private readonly Lock _lock = new();
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Func<ProbeDrive> _open;
    private readonly Func<Backend, Task> _resetConnections;
    private readonly double _offset;
    private readonly int _mostProbes;
    private readonly TimerWheel _wheel;
    private readonly Dictionary<BackendPool, ProbedPool> _pools = [];
    private readonly Queue<ProbedBackend> _due = new(); // their time has come, in that order
    private readonly List<ProbedBackend> _starting = []; // loop only
    private readonly List<(ProbedPool Pool, List<HealthChange> Changes)> _publishing = []; // loop only
    private long _wakesAt = long.MaxValue; // when the loop looks again by itself; small while it runs
    private ProbeDrive? _drive;
    private int _probing;
    private bool _isStarted;
    private bool _isDisposed;

    /// <param name="timeProvider">For intervals and slow starts.</param>
    /// <param name="logger">The engine's logger.</param>
    /// <param name="open">Makes what it runs on, once there is something to do.</param>
    /// <param name="resetConnections">Resets the live connections of a backend.</param>
    /// <param name="offset">From 0 to 1: where in the interval the first backend has its moment. Engines side by side should differ.</param>
    /// <param name="mostProbes">How many probes may be under way at once.</param>
    public ActiveHealth(
        TimeProvider timeProvider, ILogger logger, Func<ProbeDrive> open, Func<Backend, Task> resetConnections, double offset, int mostProbes)
    {
        _timeProvider = timeProvider;
        _logger = logger;
        _open = open;
        _resetConnections = resetConnections;
        _offset = offset;
        _mostProbes = mostProbes;
        _wheel = new TimerWheel(Now);
    }

    private long Now => CoarseClock.ReadMilliseconds(_timeProvider);

    /// <summary>Begins to probe; may be called before or after the first <see cref="Watch"/>.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_isDisposed || _isStarted)
            {
                return;
            }

            _isStarted = true;
            if (_wheel.Count > 0)
            {
                Wake();
            }
        }
    }

    /// <summary>
    /// Watches a pool as it is published now, or brings the watch up to date: new backends are probed soon, those that are gone no more, and
    /// what is known of the others stays. Null for <paramref name="options"/>: nobody is probed, nobody is known as down; slow starts go on. Any thread.
    /// </summary>
    public void Watch(BackendPool pool, HealthOptions? options)
    {
        HealthCheck? check = options is null ? null : new HealthCheck(options, pool.SendProxy, pool.Sources);
        ProbedPool? ended = null;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            if (!_pools.TryGetValue(pool, out ProbedPool? probedPool) || (probedPool.Check is not null && check is null))
            {
                ended = probedPool;
                Leave(probedPool);
                probedPool = new ProbedPool(pool, _logger, _resetConnections);
                _pools[pool] = probedPool;
            }

            pool.SlowStartBegan = OnSlowStartBegan;
            Sync(probedPool, check, Now);
        }

        ended?.Stop();
        if (pool.SlowStartMilliseconds > 0)
        {
            // Those of its first publication began before anybody heard of it.
            OnSlowStartBegan(pool);
        }
    }

    /// <summary>Ends the watch of a pool; nobody in it is known as down then. Any thread.</summary>
    public void Unwatch(BackendPool pool)
    {
        ProbedPool? probedPool;
        lock (_lock)
        {
            pool.SlowStartBegan = null;
            _pools.Remove(pool, out probedPool);
            Leave(probedPool);
        }

        probedPool?.Stop();
    }

    /// <summary>Stops probing; states stay as they are. May be called twice, but not by the loop.</summary>
    public void Dispose()
    {
        ProbeDrive? drive;
        lock (_lock)
        {
            _isDisposed = true;
            drive = _drive;
            _drive = null;
        }

        drive?.Loop.Dispose();
        drive?.Prober.Dispose();
    }

    /// <summary>A probe has ended. Any thread.</summary>
    internal void OnProbed(ProbedBackend probed, ProbeResult result)
    {
        lock (_lock)
        {
            probed.IsProbing = false;
            if (_probing-- == _mostProbes && _due.Count > 0)
            {
                Wake();
            }

            if (_isDisposed || probed.IsGone)
            {
                return;
            }

            long now = Now;
            HealthCheck check = probed.Pool.Check!;
            if (probed.Check != check)
            {
                // It has answered a question that nobody asks any more.
                ScheduleAndWake(probed, now);
                return;
            }

            probed.Backend.LastProbe = new LastProbe(result, now);
            if (probed.Judge.Observe(Judge(result, check), check.Rise, check.Fall))
            {
                probed.Pool.Changes.Add(new HealthChange(probed.Backend, probed.Judge.State, result, probed.Judge.Failures));
                SchedulePublish(probed.Pool, now);
            }

            ScheduleAndWake(probed, probed.NextDue(check, now));
        }
    }

    private static ProbeVerdict Judge(ProbeResult result, HealthCheck check)
    {
        if (result.IsSuccess)
        {
            return ProbeVerdict.Success;
        }

        bool isLate = result.Elapsed > check.Timeout + TimeSpan.FromMilliseconds(LateMilliseconds);
        return result.Cause == ProbeCause.NotProbed || isLate ? ProbeVerdict.Unknown : ProbeVerdict.Failure;
    }

    /// <summary>Under the lock.</summary>
    private void Sync(ProbedPool probedPool, HealthCheck? check, long now)
    {
        if (check is null)
        {
            return;
        }

        bool isOther = probedPool.Check is null || !probedPool.Check.IsLike(check);
        probedPool.Check = isOther ? check : probedPool.Check;
        var present = new HashSet<int>();
        foreach (Backend? backend in probedPool.Pool.Current.BySlot)
        {
            if (backend is null)
            {
                continue;
            }

            present.Add(backend.Id);
            bool isNew = !probedPool.Backends.TryGetValue(backend.Id, out ProbedBackend? probed);
            if (isNew)
            {
                probed = new ProbedBackend(this, probedPool, backend, _offset);
                probedPool.Backends.Add(backend.Id, probed);
            }

            if (isNew || isOther)
            {
                probed!.Target = probedPool.Check!.AddressOf(backend.Address);
                if (!probed.IsProbing)
                {
                    ScheduleAndWake(probed, probed.FirstDue(probedPool.Check, now));
                }
            }
        }

        foreach ((int id, ProbedBackend probed) in probedPool.Backends)
        {
            if (!present.Contains(id))
            {
                Leave(probed);
                probedPool.Backends.Remove(id);
            }
        }
    }

    /// <summary>Under the lock.</summary>
    private void Leave(ProbedPool? probedPool)
    {
        if (probedPool is not null)
        {
            _wheel.Cancel(probedPool);
            foreach (ProbedBackend probed in probedPool.Backends.Values)
            {
                Leave(probed);
            }
        }
    }

    private void Leave(ProbedBackend probed)
    {
        probed.IsGone = true;
        _wheel.Cancel(probed);
    }

    /// <summary>Under the Writer of the pool, or not.</summary>
    private void OnSlowStartBegan(BackendPool pool)
    {
        lock (_lock)
        {
            if (!_isDisposed && _pools.TryGetValue(pool, out ProbedPool? probedPool))
            {
                SchedulePublish(probedPool, Now);
            }
        }
    }

    private void SchedulePublish(ProbedPool pool, long now)
    {
        long due = Math.Max(now, pool.LastPublishMilliseconds + ProbedPool.QuietMilliseconds);
        if (!pool.IsScheduled || pool.Deadline > due)
        {
            ScheduleAndWake(pool, due);
        }
    }

    private void ScheduleAndWake(TimerNode node, long due)
    {
        _wheel.Schedule(node, due);
        if (due < _wakesAt)
        {
            _wakesAt = due;
            Wake();
        }
    }

    /// <summary>Under the lock. The first call makes the loop: an engine without health checks has none.</summary>
    private void Wake()
    {
        if (_drive is not null)
        {
            _drive.Loop.Wake();
        }
        else if (_isStarted && !_isDisposed)
        {
            _drive = _open();
            _drive.Loop.Start(Run);
        }
    }

    /// <summary>Loop only: does what is due, and returns the milliseconds until more is.</summary>
    private int Run()
    {
        try
        {
            Collect();
            IProber? prober = Volatile.Read(ref _drive)?.Prober;
            foreach (ProbedBackend probed in _starting)
            {
                prober?.Start(probed.Check!, probed.Target, probed);
            }

            _starting.Clear();
            foreach ((ProbedPool pool, List<HealthChange> changes) in _publishing)
            {
                Again(pool, pool.Publish(changes, Now));
            }

            _publishing.Clear();
        }
        catch (Exception exception)
        {
            EngineLog.ProbeUnexpected(_logger, exception);
            _starting.Clear();
            _publishing.Clear();
        }

        lock (_lock)
        {
            long now = Now;
            int wait = _due.Count > 0 && _probing < _mostProbes ? TurnMilliseconds : _wheel.MillisecondsUntilNext(now);
            _wakesAt = wait < 0 ? long.MaxValue : now + wait;
            return wait;
        }
    }

    private void Collect()
    {
        lock (_lock)
        {
            long now = Now;
            _wakesAt = long.MinValue;
            while (_wheel.TryTakeExpired(now) is TimerNode node)
            {
                if (node is ProbedBackend probed)
                {
                    _due.Enqueue(probed);
                }
                else
                {
                    var pool = (ProbedPool)node;
                    pool.LastPublishMilliseconds = now;
                    _publishing.Add((pool, pool.TakeChanges()));
                }
            }

            while (_starting.Count < MostStartsPerTurn && _probing < _mostProbes && _due.TryDequeue(out ProbedBackend? next))
            {
                if (!next.IsGone && !next.IsProbing)
                {
                    next.IsProbing = true;
                    next.Check = next.Pool.Check;
                    next.StartedMilliseconds = now;
                    _probing++;
                    _starting.Add(next);
                }
            }
        }
    }

    private void Again(ProbedPool pool, int milliseconds)
    {
        if (milliseconds >= 0)
        {
            lock (_lock)
            {
                if (!_isDisposed && _pools.GetValueOrDefault(pool.Pool) == pool && !pool.IsScheduled)
                {
                    _wheel.Schedule(pool, Now + milliseconds);
                }
            }
        }
    }
}
