// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using Microsoft.Extensions.Logging;

namespace LbEngine.Health;

/// <summary>Learns from live traffic which backends fail, and has them left out for a while. One for the engine.</summary>
/// <remarks>Reports come from any thread of the data path and cost it one read, all but the first; the rest happens elsewhere.</remarks>
internal sealed class PassiveHealth : IDisposable
{
    private readonly PoolWatch[] _watches;
    private readonly Action<Action> _runLater;

    /// <summary>Watches every pool; a pool's number is its place in the list.</summary>
    /// <param name="pools">The engine's pools.</param>
    /// <param name="timeProvider">For the time that a backend is left out.</param>
    /// <param name="logger">The engine's logger.</param>
    /// <param name="runLater">Takes work and returns at once; null for the thread pool.</param>
    public PassiveHealth(IReadOnlyList<BackendPool> pools, TimeProvider timeProvider, ILogger logger, Action<Action>? runLater = null)
    {
        _watches = [.. pools.Select(pool => new PoolWatch(pool, timeProvider, logger))];
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
        foreach (PoolWatch watch in _watches)
        {
            watch.Dispose();
        }
    }

    // Apart from ReportRefused, so that the closure is made for the first report only.
    private void Watch(Backend backend) => _runLater(() => _watches[backend.Pool.Id].OnFailure(backend));

    private static void RunOnThreadPool(Action work) => ThreadPool.UnsafeQueueUserWorkItem(static run => run(), work, preferLocal: false);
}
