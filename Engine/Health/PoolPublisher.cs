// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Observability;
using Microsoft.Extensions.Logging;

namespace LbEngine.Health;

/// <summary>Publishes what health has changed in a pool, and says so when the pool begins or ceases to fail open.</summary>
internal static class PoolPublisher
{
    /// <summary>The caller holds <see cref="BackendPool.Writer"/>.</summary>
    public static void Publish(BackendPool pool, ILogger logger)
    {
        bool wasFailingOpen = pool.Current.IsFailingOpen;
        pool.Publish();
        bool isFailingOpen = pool.Current.IsFailingOpen;
        if (isFailingOpen && !wasFailingOpen)
        {
            EngineLog.PoolFailsOpen(logger, pool.Name);
        }
        else if (wasFailingOpen && !isFailingOpen)
        {
            EngineLog.PoolRecovered(logger, pool.Name);
        }
    }
}
