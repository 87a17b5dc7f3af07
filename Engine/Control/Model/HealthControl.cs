// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Health.Active;
using LbEngine.Health.Passive;

namespace LbEngine.Control.Model;

/// <summary>Both kinds of health, kept in step with the pools of an engine. One caller at a time.</summary>
internal sealed class HealthControl : IDisposable
{
    private readonly PassiveHealth _passive;
    private readonly ActiveHealth _active;

    public HealthControl(PassiveHealth passive, ActiveHealth active)
    {
        _passive = passive;
        _active = active;
    }

    /// <summary>Begins to probe.</summary>
    public void Start() => _active.Start();

    /// <summary>Watches the pools of a model, as its options say; what is known of backends that were there before stays.</summary>
    /// <param name="model">The pools as they are published now.</param>
    /// <param name="before">The pools that were watched up to now.</param>
    public void Follow(EngineModel model, IReadOnlyList<BackendPool> before)
    {
        foreach (BackendPool gone in before.Except(model.Pools))
        {
            _passive.Unwatch(gone);
            _active.Unwatch(gone);
        }

        foreach (BackendPool pool in model.Pools)
        {
            BackendPoolOptions options = model.Options.Pools[pool.Name];
            _passive.Watch(pool, options.Passive);
            _active.Watch(pool, options.Health);
        }
    }

    /// <summary>Stops probing and ends every ejection's timer; states stay as they are. May be called twice.</summary>
    public void Dispose()
    {
        _active.Dispose();
        _passive.Dispose();
    }
}
