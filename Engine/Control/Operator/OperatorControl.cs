// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Control.Model;
using LbEngine.Observability;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control.Operator;

/// <summary>Sets what the operator wants of single backends while the engine runs. Any thread; one change at a time.</summary>
internal sealed class OperatorControl
{
    private readonly EngineState _state;
    private readonly EngineModel _model;
    private readonly OperatorSettings _settings;
    private readonly BackendDrains _drains;
    private readonly ILogger _logger;

    public OperatorControl(EngineState state, EngineModel model, OperatorSettings settings, BackendDrains drains, ILogger logger)
    {
        _state = state;
        _model = model;
        _settings = settings;
        _drains = drains;
        _logger = logger;
    }

    /// <summary>Sets the state of a backend; a drain that goes on there is over.</summary>
    /// <exception cref="ArgumentException">There is no such backend; says which there are.</exception>
    public async Task<StateChange> SetStateAsync(string pool, string backend, OperatorState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(backend);
        using IDisposable turn = await _state.EnterAsync(cancellationToken).ConfigureAwait(false);
        Backend found = Find(pool, backend);
        var change = new StateChange(found, found.CountStateChange());
        Set(found, _settings.Find(pool, backend) with { State = state });
        return change;
    }

    /// <summary>Sets the weight of a backend; null for the configuration's.</summary>
    /// <exception cref="ArgumentException">There is no such backend; says which there are.</exception>
    public async Task SetWeightAsync(string pool, string backend, int? weight, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(backend);
        if (weight is < 0 or > 65_535)
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "A weight is from 0 to 65535.");
        }

        using IDisposable turn = await _state.EnterAsync(cancellationToken).ConfigureAwait(false);
        Set(Find(pool, backend), _settings.Find(pool, backend) with { Weight = weight });
    }

    /// <summary>Sets a backend to drain, and waits until it holds nothing any more, or its state is set anew.</summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="backend">Name of the backend.</param>
    /// <param name="timeout">Time until the deadline; null for the configuration's.</param>
    /// <param name="cancellationToken">Ends the waiting, not the drain.</param>
    /// <exception cref="ArgumentException">There is no such backend; says which there are.</exception>
    public async Task DrainAsync(string pool, string backend, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        StateChange change = await SetStateAsync(pool, backend, OperatorState.Draining, cancellationToken).ConfigureAwait(false);
        TimeSpan deadline = timeout ?? _model.Options.Drain.Timeout;
        Task drained = _drains.DrainAsync(change.Backend, deadline, _model.Options.Drain.Spread, () => change.IsLatest);
        await drained.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Set(Backend backend, OperatorSetting setting)
    {
        BackendPool pool = backend.Pool;
        if (setting == _settings.Find(pool.Name, backend.Name))
        {
            return;
        }

        _settings.Set(pool.Name, backend.Name, setting);
        lock (pool.Writer)
        {
            _settings.ApplyTo(backend, _model.Options.Pools[pool.Name].Backends[backend.Name]);
            pool.Publish();
        }

        _settings.Save();
        EngineLog.BackendChanged(_logger, backend.Name, pool.Name, backend.OperatorState, backend.Weight);
    }

    private Backend Find(string pool, string backend)
    {
        if (_model.FindPool(pool) is not BackendPool found)
        {
            string pools = string.Join(", ", _model.Pools.Select(one => one.Name));
            throw new ArgumentException($"There is no pool '{pool}'; the pools are {pools}.", nameof(pool));
        }

        foreach (Backend? candidate in found.Current.BySlot)
        {
            if (candidate?.Name == backend)
            {
                return candidate;
            }
        }

        string names = string.Join(", ", _model.Options.Pools[pool].Backends.Keys);
        throw new ArgumentException($"Pool '{pool}' has no backend '{backend}'; its backends are {names}.", nameof(backend));
    }
}
