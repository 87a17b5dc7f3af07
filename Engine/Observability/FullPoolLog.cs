// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using LbEngine.Backends;
using LbEngine.Lifecycle;
using Microsoft.Extensions.Logging;

namespace LbEngine.Observability;

/// <summary>Says that clients are turned away because every backend of a pool is at its limit: at most once a minute for each pool.</summary>
internal sealed class FullPoolLog : IConnectionSink
{
    private const long EveryMilliseconds = 60_000;

    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<BackendPool, Silence> _pools = [];

    public FullPoolLog(ILogger logger) => _logger = logger;

    public void Write(in ClosedConnection closed)
    {
        if (closed.Refusal != RejectReason.NoBackend)
        {
            return;
        }

        BackendPool pool = closed.Pool ?? closed.Listener.Pool;
        if (!_pools.TryGetValue(pool, out Silence? silence))
        {
            if (!IsFull(pool))
            {
                return;
            }

            silence = _pools.GetOrAdd(pool, static _ => new Silence());
        }

        if (silence.IsOver(closed.EndedMilliseconds) && IsFull(pool) && silence.TryBreak(closed.EndedMilliseconds, EveryMilliseconds))
        {
            EngineLog.PoolFull(_logger, pool.Name, closed.Listener.Name);
        }
    }

    /// <summary>True when one that would take clients is full, and none has a place: another cause has a message of its own.</summary>
    private static bool IsFull(BackendPool pool)
    {
        bool isFull = false;
        foreach (Backend? backend in pool.Current.BySlot)
        {
            if (backend is { TakesNewTraffic: true, IsHealthy: true })
            {
                if (backend.ActiveCount < backend.MaxConnections)
                {
                    return false;
                }

                isFull = true;
            }
        }

        return isFull;
    }
}
