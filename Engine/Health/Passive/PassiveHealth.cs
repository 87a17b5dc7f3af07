// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Tables;
using LbEngine.Timing;
using Microsoft.Extensions.Logging;

namespace LbEngine.Health.Passive;

/// <summary>Learns from live traffic which backends fail, and has them left out for a while. One for the engine.</summary>
/// <remarks>Reports come from any thread of the data path and cost it one read, all but the first; the rest happens elsewhere.</remarks>
internal sealed class PassiveHealth : IDisposable
{
    /// <summary>
    /// Failures further apart than this are not in a row: a backend that nobody asks in between has proved nothing, but neither has it failed.
    /// </summary>
    private const int WindowMilliseconds = 30_000;

    // What one customer of a network usually has: as many addresses as it likes out of a /64.
    private const int ClientPrefixV6 = 64;

    private readonly ConcurrentDictionary<BackendPool, PoolEjections> _pools = new();
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Action<Action> _runLater;
    private volatile bool _isDisposed;

    /// <summary>Watches no pool yet.</summary>
    /// <param name="timeProvider">For the time that a backend is left out.</param>
    /// <param name="logger">The engine's logger.</param>
    /// <param name="runLater">Takes work and returns at once; null for the thread pool.</param>
    public PassiveHealth(TimeProvider timeProvider, ILogger logger, Action<Action>? runLater = null)
    {
        _timeProvider = timeProvider;
        _logger = logger;
        _runLater = runLater ?? RunOnThreadPool;
    }

    /// <summary>
    /// Begins to watch a pool, or changes how; what is known of its backends stays. Null ends it, and brings back whoever is out. One caller at a
    /// time.
    /// </summary>
    public void Watch(BackendPool pool, PassiveHealthOptions? options)
    {
        if (options is null)
        {
            Unwatch(pool);
            return;
        }

        _pools.GetOrAdd(pool, added => new PoolEjections(added, _timeProvider, _logger)).Configure(options);
        pool.PassiveFailures = options.Failures;
    }

    /// <summary>Ends the watch of a pool and brings back whoever is out. One caller at a time.</summary>
    public void Unwatch(BackendPool pool)
    {
        pool.PassiveFailures = 0;
        if (_pools.TryRemove(pool, out PoolEjections? ejections))
        {
            ejections.Dispose();
            ejections.ReturnAll();
        }
    }

    /// <summary>The backend's host has answered a datagram that nothing listens there: enough by itself. Any thread; never blocks, never throws.</summary>
    public void ReportRefused(Backend backend)
    {
        if (backend.Pool.PassiveFailures > 0 && backend.TryNoteFailure())
        {
            Act(backend, 1);
        }
    }

    /// <summary>A connection was reset before any reply. Any thread; never blocks, never throws.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="client">Who was connected; default when nobody knows.</param>
    /// <param name="hasSent">True when the client had sent something.</param>
    /// <remarks>
    /// After that it is the client's doing, as far as anybody knows, until several clients have met it; and while active checks pass the backend is
    /// well, whatever clients send. One client alone never has a backend left out.
    /// </remarks>
    public void ReportReset(Backend backend, AddressKey client, bool hasSent)
    {
        if (!hasSent || client == default)
        {
            ReportFailure(backend);
            return;
        }

        int limit = backend.Pool.PassiveFailures;
        if (limit == 0 || backend is { HealthState: HealthState.Up, LastProbe.Result.IsSuccess: true })
        {
            return;
        }

        ulong witness = client.Mask(32, ClientPrefixV6).Hash();
        int failures = backend.CountResetInARow(witness, CoarseClock.ReadMilliseconds(_timeProvider), WindowMilliseconds);
        if (failures >= Math.Max(limit, 2) && backend.TryNoteFailure())
        {
            Act(backend, failures);
        }
    }

    /// <summary>A connect failed, or a connection was reset before anybody had sent anything. Any thread; never blocks, never throws.</summary>
    public void ReportFailure(Backend backend)
    {
        int limit = backend.Pool.PassiveFailures;
        if (limit == 0)
        {
            return;
        }

        int failures = backend.CountFailureInARow(CoarseClock.ReadMilliseconds(_timeProvider), WindowMilliseconds);
        if (failures >= limit && backend.TryNoteFailure())
        {
            Act(backend, failures);
        }
    }

    /// <summary>Stops every timer; reports have no effect from now on. May be called twice.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (PoolEjections ejections in _pools.Values)
        {
            ejections.Dispose();
        }
    }

    // Apart from the reports, so that the closure is made for the first one only.
    private void Act(Backend backend, int failures) => _runLater(() =>
    {
        if (!_isDisposed && _pools.TryGetValue(backend.Pool, out PoolEjections? ejections))
        {
            ejections.OnFailure(backend, failures);
        }
    });

    private static void RunOnThreadPool(Action work) => ThreadPool.UnsafeQueueUserWorkItem(static run => run(), work, preferLocal: false);
}
