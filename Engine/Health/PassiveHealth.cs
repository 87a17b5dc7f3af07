// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using LbEngine.Backends;
using Microsoft.Extensions.Logging;

namespace LbEngine.Health;

/// <summary>Learns from live traffic which backends fail, and has them left out for a while. One for the engine.</summary>
/// <remarks>Reports come from any thread of the data path and cost it one read, all but the first; the rest happens elsewhere.</remarks>
internal sealed class PassiveHealth : IDisposable
{
    // By pool, since pools come and go; a watch is made for the first report and goes with its pool.
    private readonly ConditionalWeakTable<BackendPool, PoolWatch> _watches = [];
    private readonly Lock _lock = new();
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Action<Action> _runLater;
    private bool _isDisposed;

    /// <summary>Watches every pool from which a report comes.</summary>
    /// <param name="timeProvider">For the time that a backend is left out.</param>
    /// <param name="logger">The engine's logger.</param>
    /// <param name="runLater">Takes work and returns at once; null for the thread pool.</param>
    public PassiveHealth(TimeProvider timeProvider, ILogger logger, Action<Action>? runLater = null)
    {
        _timeProvider = timeProvider;
        _logger = logger;
        _runLater = runLater ?? RunOnThreadPool;
    }

    /// <summary>The backend's host has answered that nothing listens there. Any thread; never blocks, never throws.</summary>
    public void ReportRefused(Backend backend)
    {
        if (backend.TryNoteFailure())
        {
            Watch(backend);
        }
    }

    /// <summary>Stops every timer; reports have no effect from now on. May be called twice.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            foreach ((BackendPool _, PoolWatch watch) in _watches)
            {
                watch.Dispose();
            }
        }
    }

    // Apart from ReportRefused, so that the closure is made for the first report only.
    private void Watch(Backend backend) => _runLater(() => FindWatch(backend.Pool)?.OnFailure(backend));

    private PoolWatch? FindWatch(BackendPool pool)
    {
        lock (_lock)
        {
            return _isDisposed ? null : _watches.GetValue(pool, created => new PoolWatch(created, _timeProvider, _logger));
        }
    }

    private static void RunOnThreadPool(Action work) => ThreadPool.UnsafeQueueUserWorkItem(static run => run(), work, preferLocal: false);
}
