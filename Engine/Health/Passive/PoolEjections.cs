// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Observability;
using LbEngine.Timing;
using Microsoft.Extensions.Logging;

namespace LbEngine.Health.Passive;

/// <summary>Carries out for one pool what its <see cref="EjectionJudge"/> decides: publishes, logs, and sets the timer for the way back.</summary>
/// <remarks>Any thread but those of the data path; everything happens under <see cref="BackendPool.Writer"/>.</remarks>
internal sealed class PoolEjections : IDisposable
{
    /// <summary>How long a backend that fails but has to stay in is not asked again: it may refuse every datagram.</summary>
    private const int DeafMilliseconds = 1_000;

    private readonly BackendPool _pool;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly EjectionJudge _judge = new();
    private readonly Queue<(Backend Backend, long Until)> _unheard = new(); // failed, but have to stay in; earliest first
    private readonly Dictionary<int, int> _failuresAtReturn = []; // in a row, of those that were out, by number
    private ITimer? _timer;
    private bool _isDisposed;

    public PoolEjections(BackendPool pool, TimeProvider timeProvider, ILogger logger)
    {
        _pool = pool;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>Takes other rules for ejections to come.</summary>
    public void Configure(PassiveHealthOptions options)
    {
        lock (_pool.Writer)
        {
            _judge.FirstMilliseconds = (int)options.Ejection.TotalMilliseconds;
            _judge.MaxPercentOut = options.MaxEjectedPercent;
        }
    }

    /// <summary>
    /// A backend has failed, <paramref name="failures"/> times in a row. It notes no other failure until it is back, or its time of deafness is over.
    /// </summary>
    public void OnFailure(Backend backend, int failures) => Change(now =>
    {
        if (!IsPresent(backend.Id))
        {
            return;
        }

        bool failsStill = _failuresAtReturn.Remove(backend.Id, out int before) && before > 0 && failures > before;
        if (backend.TakesNewTraffic && _judge.TryEject(backend.Id, CountWanted(), now, out int milliseconds, failsStill))
        {
            backend.IsEjected = true;
            PoolPublisher.Publish(_pool, _logger);
            EngineLog.BackendEjected(_logger, backend.Name, _pool.Name, failures, milliseconds / 1000.0);
        }
        else if (!backend.IsEjected)
        {
            _unheard.Enqueue((backend, now + DeafMilliseconds));
        }
    });

    public void Dispose()
    {
        lock (_pool.Writer)
        {
            _isDisposed = true;
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>Brings back every backend, after <see cref="Dispose"/>.</summary>
    public void ReturnAll()
    {
        lock (_pool.Writer)
        {
            foreach (Backend? backend in _pool.Current.BySlot)
            {
                if (backend is not null)
                {
                    backend.IsEjected = false;
                    backend.EndFailuresInARow();
                    backend.ForgetFailure();
                }
            }

            PoolPublisher.TryPublish(_pool, _logger);
        }
    }

    private void OnTimer() => Change(now =>
    {
        while (_unheard.TryPeek(out (Backend Backend, long Until) first) && first.Until <= now)
        {
            _unheard.Dequeue();
            first.Backend.ForgetFailure();
        }

        var returned = new List<Backend>();
        while (_judge.TryReturn(now, out int id))
        {
            if (Find(id) is Backend backend)
            {
                backend.IsEjected = false;
                _failuresAtReturn[id] = backend.FailuresInARow;
                backend.ExtendFailuresInARow(now);
                backend.ForgetFailure();
                returned.Add(backend);
            }
        }

        if (returned.Count > 0)
        {
            PoolPublisher.Publish(_pool, _logger);
            returned.ForEach(backend => EngineLog.BackendReturned(_logger, backend.Name, _pool.Name));
        }
    });

    /// <summary>
    /// Runs on the thread pool, where an exception would end the process: a scheduler that an embedder plugged in may throw while it is built.
    /// </summary>
    private void Change(Action<long> change)
    {
        lock (_pool.Writer)
        {
            if (_isDisposed)
            {
                return;
            }

            long now = CoarseClock.ReadMilliseconds(_timeProvider);
            try
            {
                _judge.ForgetUnless(IsPresent);
                ForgetReturned();
                change(now);
            }
            catch (Exception exception)
            {
                EngineLog.HealthUnexpected(_logger, exception, _pool.Name);
            }

            ArmTimer(now);
        }
    }

    private void ForgetReturned()
    {
        foreach (int id in _failuresAtReturn.Keys)
        {
            if (!IsPresent(id))
            {
                // Removing during an enumeration is allowed, and does not disturb it.
                _failuresAtReturn.Remove(id);
            }
        }
    }

    private void ArmTimer(long now)
    {
        long next = _unheard.TryPeek(out (Backend Backend, long Until) first) ? Math.Min(first.Until, _judge.NextReturn) : _judge.NextReturn;
        if (next == long.MaxValue)
        {
            return;
        }

        _timer ??= _timeProvider.CreateTimer(
            static ejections => ((PoolEjections)ejections!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, next - now)), Timeout.InfiniteTimeSpan);
    }

    private bool IsPresent(int id) => Find(id) is not null;

    private Backend? Find(int id)
    {
        foreach (Backend? backend in _pool.Current.BySlot)
        {
            if (backend?.Id == id)
            {
                return backend;
            }
        }

        return null;
    }

    private int CountWanted()
    {
        int wanted = 0;
        foreach (Backend? backend in _pool.Current.BySlot)
        {
            wanted += backend is { TakesNewTraffic: true } ? 1 : 0;
        }

        return wanted;
    }
}
