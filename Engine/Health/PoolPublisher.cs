// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Observability;
using Microsoft.Extensions.Logging;

namespace LbEngine.Health;

/// <summary>Publishes what health has changed in a pool, and says so when the pool begins or ceases to fail open, or to refuse.</summary>
internal static class PoolPublisher
{
    /// <summary>The caller holds <see cref="BackendPool.Writer"/>.</summary>
    public static void Publish(BackendPool pool, ILogger logger)
    {
        BackendSet before = pool.Current;
        pool.Publish();
        BackendSet after = pool.Current;
        if (after.IsFailingOpen && !before.IsFailingOpen)
        {
            EngineLog.PoolFailsOpen(logger, pool.Name);
        }
        else if (after.IsAllDown && !after.IsFailingOpen && !(before.IsAllDown && !before.IsFailingOpen))
        {
            EngineLog.PoolRefuses(logger, pool.Name);
        }
        else if (before.IsAllDown && !after.IsAllDown)
        {
            EngineLog.PoolRecovered(logger, pool.Name);
        }
    }

    /// <summary>As <see cref="Publish"/>; false when a scheduler that an embedder plugged in could not be built. The pool stays as it was then.</summary>
    public static bool TryPublish(BackendPool pool, ILogger logger)
    {
        try
        {
            Publish(pool, logger);
            return true;
        }
        catch (Exception exception)
        {
            EngineLog.HealthUnexpected(logger, exception, pool.Name);
            return false;
        }
    }
}
