// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Forwarding;
using LbEngine.Observability;
using LbEngine.Transport;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control;

/// <summary>Changes an engine while it runs: reloads, the operator's wishes, single connections. The engine lets one change in at a time.</summary>
internal sealed class ControlPlane
{
    private readonly EngineModel _model;
    private readonly Reconciler _reconciler;
    private readonly ITransport _transport;
    private readonly OwnListeners _ownListeners;
    private readonly HealthControl _health;
    private readonly BackendDrains _drains;
    private readonly OperatorStateFile? _stateFile;
    private readonly ILogger _logger;

    public ControlPlane(
        EngineModel model,
        Reconciler reconciler,
        ITransport transport,
        OwnListeners ownListeners,
        HealthControl health,
        BackendDrains drains,
        OperatorStateFile? stateFile,
        ILogger logger)
    {
        _model = model;
        _reconciler = reconciler;
        _transport = transport;
        _ownListeners = ownListeners;
        _health = health;
        _drains = drains;
        _stateFile = stateFile;
        _logger = logger;
    }

    /// <summary>Every mistake in options that are meant for this engine.</summary>
    public IReadOnlyList<ConfigurationError> Check(LoadBalancerOptions options, bool force)
    {
        IReadOnlyList<ConfigurationError> errors = LoadBalancerOptionsValidator.Validate(options, _model.Schedulers.Names);
        return errors.Count > 0 ? errors : ReloadGuard.Check(_model, options, force);
    }

    public IReadOnlyList<ConfigurationChange> Compare(LoadBalancerOptions options) =>
        ConfigurationDiff.Compare(_model.Options, options, CountConnections);

    /// <summary>Goes by other options. Whatever fails, fails before anything that serves was touched.</summary>
    /// <param name="options">Checked options; copied.</param>
    /// <param name="isRunning">Listeners are bound now; otherwise the start will do it.</param>
    public async Task<IReadOnlyList<ConfigurationChange>> ApplyAsync(LoadBalancerOptions options, bool isRunning)
    {
        IReadOnlyList<ConfigurationChange> changes = Compare(options);
        if (changes.Count == 0)
        {
            return changes;
        }

        ReconcilePlan plan = _reconciler.Prepare(ConfigurationCopy.Of(options));
        foreach (Listener listener in plan.AddedListeners)
        {
            _model.ListenerDirectory.Add(listener);
        }

        try
        {
            if (isRunning && plan.AddedListeners.Count > 0)
            {
                await _transport.AddListenersAsync(plan.AddedListeners).ConfigureAwait(false);
            }
        }
        catch
        {
            // Their numbers may be given to others.
            plan.AddedListeners.ToList().ForEach(listener => listener.IsRemoved = true);
            throw;
        }

        IReadOnlyList<BackendPool> before = _model.Pools;
        IReadOnlyList<Backend> left = _reconciler.Apply(plan);
        _health.Follow(_model, before);
        _ownListeners.Refresh(_model.Listeners);
        if (isRunning && plan.RemovedListeners.Count > 0)
        {
            await _transport.RemoveListenersAsync(plan.RemovedListeners).ConfigureAwait(false);
        }

        foreach (Backend backend in left)
        {
            _ = LeaveAsync(backend);
        }

        SaveOverlay();
        EngineLog.ConfigurationApplied(_logger, changes.Count);
        return changes;
    }

    /// <summary>Sets what the operator wants of a backend.</summary>
    /// <exception cref="ArgumentException">There is no such backend.</exception>
    public Backend Change(string poolName, string backendName, Func<BackendOverride, BackendOverride> change)
    {
        (BackendPool pool, Backend backend) = Find(poolName, backendName);
        BackendOverride before = _model.Overlay.Find(poolName, backendName);
        BackendOverride wanted = change(before);
        if (wanted == before)
        {
            return backend;
        }

        _model.Overlay.Set(poolName, backendName, wanted);
        lock (pool.Writer)
        {
            _reconciler.Overlay(backend, _model.Options.Pools[poolName].Backends[backendName]);
            pool.Publish();
        }

        SaveOverlay();
        EngineLog.BackendChanged(_logger, backendName, poolName, backend.OperatorState, backend.Weight);
        return backend;
    }

    /// <summary>Completes when a backend that was set to drain holds nothing any more, or the operator wants it back.</summary>
    public Task WaitForDrainAsync(Backend backend, TimeSpan timeout) => _drains.DrainAsync(
        backend,
        timeout,
        _model.Options.Drain.Spread,
        () => backend.OperatorState == OperatorState.Draining);

    /// <summary>Takes over what was saved before a restart. A file that cannot be read is put aside, and the engine starts without.</summary>
    public void LoadOverlay()
    {
        if (_stateFile is null)
        {
            return;
        }

        try
        {
            foreach ((string pool, string backend, BackendOverride wanted) in _stateFile.Load())
            {
                if (_model.Options.Pools.TryGetValue(pool, out BackendPoolOptions? options) && options.Backends.ContainsKey(backend))
                {
                    Restore(pool, backend, wanted);
                }
            }
        }
        catch (InvalidDataException exception)
        {
            EngineLog.StateFileBroken(_logger, exception.Message, _stateFile.SetAside());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            EngineLog.StateFileFailed(_logger, exception.Message);
        }
    }

    private void Restore(string poolName, string backendName, BackendOverride wanted)
    {
        (BackendPool pool, Backend backend) = Find(poolName, backendName);
        _model.Overlay.Set(poolName, backendName, wanted);
        lock (pool.Writer)
        {
            _reconciler.Overlay(backend, _model.Options.Pools[poolName].Backends[backendName]);
            pool.Publish();
        }
    }

    /// <summary>A backend that was removed keeps its connections until they end, or the drain time-out passes; then nothing of it is left.</summary>
    private async Task LeaveAsync(Backend backend)
    {
        try
        {
            await _drains.DrainAsync(backend, _model.Options.Drain.Timeout, _model.Options.Drain.Spread, static () => true).ConfigureAwait(false);
            _model.Backends.Forget(backend);
        }
        catch (OperationCanceledException)
        {
            // The engine ends, and with it everything.
        }
        catch (Exception exception)
        {
            EngineLog.TransportUnexpected(_logger, exception, _transport.Name);
        }
    }

    private (BackendPool Pool, Backend Backend) Find(string poolName, string backendName)
    {
        BackendPool pool = _model.FindPool(poolName)
            ?? throw new ArgumentException($"There is no pool '{poolName}'; the pools are {string.Join(", ", _model.Pools.Select(pool => pool.Name))}.", nameof(poolName));
        foreach (Backend? backend in pool.Current.BySlot)
        {
            if (backend?.Name == backendName)
            {
                return (pool, backend);
            }
        }

        throw new ArgumentException($"Pool '{poolName}' has no backend '{backendName}'; its backends are {string.Join(", ", _model.Options.Pools[poolName].Backends.Keys)}.", nameof(backendName));
    }

    private int CountConnections(string path)
    {
        if (path.StartsWith("listeners.", StringComparison.Ordinal))
        {
            return _model.Listeners.FirstOrDefault(listener => path == ConfigurationText.Join("listeners", listener.Name))?.ActiveCount ?? 0;
        }

        int count = 0;
        foreach (BackendPool pool in _model.Pools)
        {
            string poolPath = ConfigurationText.Join("pools", pool.Name);
            foreach (Backend? backend in pool.Current.BySlot)
            {
                bool isMeant = backend is not null
                    && (path == poolPath || path == ConfigurationText.Join(ConfigurationText.Join(poolPath, "backends"), backend.Name));
                count += isMeant ? backend!.ActiveCount : 0;
            }
        }

        return count;
    }

    private void SaveOverlay()
    {
        try
        {
            _stateFile?.Save(_model.Overlay.Entries);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What was wanted is in force all the same.
            EngineLog.StateFileFailed(_logger, exception.Message);
        }
    }
}
