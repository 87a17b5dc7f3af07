// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Health;

namespace LbEngine.Control;

/// <summary>Both kinds of health, kept in step with the pools of an engine. One caller at a time.</summary>
internal sealed class HealthControl : IDisposable
{
    private readonly PassiveHealth _passive;
    private readonly HealthMonitor _monitor;

    public HealthControl(PassiveHealth passive, HealthMonitor monitor)
    {
        _passive = passive;
        _monitor = monitor;
    }

    /// <summary>Begins to probe.</summary>
    public void Start() => _monitor.Start();

    /// <summary>Watches the pools of a model, as its options say; what is known of backends that were there before stays.</summary>
    /// <param name="model">The pools as they are published now.</param>
    /// <param name="before">The pools that were watched up to now.</param>
    public void Follow(EngineModel model, IReadOnlyList<BackendPool> before)
    {
        foreach (BackendPool gone in before.Except(model.Pools))
        {
            _passive.Unwatch(gone);
            _monitor.Unwatch(gone);
        }

        foreach (BackendPool pool in model.Pools)
        {
            BackendPoolOptions options = model.Options.Pools[pool.Name];
            _passive.Watch(pool, options.Passive);
            _monitor.Watch(pool, options.Health);
        }
    }

    /// <summary>Stops probing and ends every ejection's timer; states stay as they are. May be called twice.</summary>
    public void Dispose()
    {
        _monitor.Dispose();
        _passive.Dispose();
    }
}
