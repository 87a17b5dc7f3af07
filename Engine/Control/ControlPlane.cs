// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Configuration.Text;
using LbEngine.Connections;
using LbEngine.Control.Model;
using LbEngine.Control.Operator;
using LbEngine.Control.Reload;
using LbEngine.Forwarding;
using LbEngine.Observability;
using LbEngine.Resolution;
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
    private readonly NameMonitor _names;
    private readonly BackendDrains _drains;
    private readonly OperatorStateFile? _stateFile;
    private readonly ILogger _logger;
    private IReadOnlyList<ConfigurationWarning> _doubts = [];

    public ControlPlane(
        EngineModel model,
        Reconciler reconciler,
        ITransport transport,
        OwnListeners ownListeners,
        HealthControl health,
        NameMonitor names,
        BackendDrains drains,
        OperatorStateFile? stateFile,
        ILogger logger)
    {
        _model = model;
        _reconciler = reconciler;
        _transport = transport;
        _ownListeners = ownListeners;
        _health = health;
        _names = names;
        _drains = drains;
        _stateFile = stateFile;
        _logger = logger;
    }

    /// <summary>Every mistake in options that is one in any engine.</summary>
    public IReadOnlyList<ConfigurationError> Check(LoadBalancerOptions options) => LoadBalancerOptionsValidator.Validate(options, _model.Schedulers.Names);

    /// <summary>Every mistake in options that are meant for this engine.</summary>
    public IReadOnlyList<ConfigurationError> Check(LoadBalancerOptions options, bool force)
    {
        IReadOnlyList<ConfigurationError> errors = Check(options);
        return errors.Count > 0 ? errors : ReloadGuard.Check(_model, options, force);
    }

    public IReadOnlyList<ConfigurationChange> Compare(LoadBalancerOptions options)
    {
        Dictionary<string, int> counts = CountConnections();
        return ConfigurationDiff.Compare(_model.Configured, options, path => counts.GetValueOrDefault(path));
    }

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

        LoadBalancerOptions next = ConfigurationCopy.Of(options);
        List<Listener> returning = isRunning ? await TakeBackAsync(next).ConfigureAwait(false) : [];
        ReconcilePlan plan;
        try
        {
            plan = await PrepareAsync(Expand(next), returning, isRunning).ConfigureAwait(false);
        }
        catch
        {
            if (returning.Count > 0)
            {
                await _transport.RemoveListenersAsync(returning).ConfigureAwait(false);
            }

            throw;
        }

        _model.Configured = next;
        IReadOnlyList<Backend> left = CarryOut(plan);
        _ownListeners.Refresh(_model.Listeners);
        if (isRunning && plan.RemovedListeners.Count > 0)
        {
            await _transport.RemoveListenersAsync(plan.RemovedListeners).ConfigureAwait(false);
        }

        Leave(left);
        if (_model.Overlay.ForgetUnless((pool, backend) => HostNames.MayExist(next, pool, backend)))
        {
            SaveOverlay();
        }

        EngineLog.ConfigurationApplied(_logger, changes.Count);
        return changes;
    }

    /// <summary>Goes by the addresses that host names have now. Nothing else changes; pools without a name, or with the same addresses, are not touched.</summary>
    /// <exception cref="InvalidOperationException">They cannot be taken now; everything is as it was.</exception>
    public void ApplyNames()
    {
        _names.Take();
        LoadBalancerOptions next = Expand(_model.Configured);
        if (!ReferenceEquals(next, _model.Options))
        {
            Leave(CarryOut(_reconciler.Prepare(next, [])));
        }
    }

    /// <summary>Sets the state that the operator wants of a backend; whatever was wanted before is over.</summary>
    /// <exception cref="ArgumentException">There is no such backend.</exception>
    public StateWish SetState(string poolName, string backendName, OperatorState state)
    {
        Backend backend = Find(poolName, backendName).Backend;
        var wish = new StateWish(backend, backend.CountStateWish());
        _ = Change(poolName, backendName, wanted => wanted with { State = state });
        return wish;
    }

    /// <summary>Sets the weight that the operator wants of a backend; null for the configuration's.</summary>
    /// <exception cref="ArgumentException">There is no such backend.</exception>
    public Backend SetWeight(string poolName, string backendName, int? weight) => Change(poolName, backendName, wanted => wanted with { Weight = weight });

    /// <summary>Completes when a backend that was set to drain holds nothing any more, or the operator wants something else of it.</summary>
    public Task WaitForDrainAsync(StateWish wish, TimeSpan timeout) => _drains.DrainAsync(wish.Backend, timeout, _model.Options.Drain.Spread, () => wish.IsLatest);

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
                if (HostNames.MayExist(_model.Configured, pool, backend))
                {
                    Restore(pool, backend, wanted);
                }
            }
        }
        catch (InvalidDataException exception)
        {
            EngineLog.StateFileBroken(_logger, exception.Message, SetAside());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            EngineLog.StateFileFailed(_logger, exception.Message);
        }
    }

    private Backend Change(string poolName, string backendName, Func<BackendOverride, BackendOverride> change)
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

    private string SetAside()
    {
        try
        {
            return _stateFile!.SetAside();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"nothing: {exception.Message}";
        }
    }

    /// <summary>Listeners that come back before they were closed go on as they are: their flows hold the port that a new one would need.</summary>
    private async Task<List<Listener>> TakeBackAsync(LoadBalancerOptions next)
    {
        var returning = new List<Listener>();
        var leaving = new ListenerMatch(_model.ListenerDirectory.Leaving.Where(static listener => listener.IsDatagram && listener.Bind.Port != 0));
        foreach ((string name, ListenerOptions options) in next.Listeners)
        {
            if (leaving.Find(name, options) is Listener listener && await _transport.TryKeepListenerAsync(listener).ConfigureAwait(false))
            {
                returning.Add(listener);
            }
        }

        return returning;
    }

    /// <summary>Does all that can fail, and leaves nothing behind when it does.</summary>
    private async Task<ReconcilePlan> PrepareAsync(LoadBalancerOptions next, List<Listener> returning, bool isRunning)
    {
        ReconcilePlan plan = _reconciler.Prepare(next, returning);
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

            return plan;
        }
        catch
        {
            _reconciler.Discard(plan);
            throw;
        }
    }

    /// <summary>Addresses in the place of host names. What is left out is logged, once.</summary>
    private LoadBalancerOptions Expand(LoadBalancerOptions configured)
    {
        var doubts = new List<ConfigurationWarning>();
        LoadBalancerOptions expanded = HostNames.Expand(configured, _names.FindAddresses, doubts);
        foreach (ConfigurationWarning doubt in doubts.Except(_doubts))
        {
            EngineLog.ConfigurationDoubtful(_logger, doubt.Path, doubt.Message);
        }

        _doubts = doubts;
        return expanded;
    }

    /// <summary>Returns the backends that left: they may be let go of when no listener that was removed still leads to them.</summary>
    private IReadOnlyList<Backend> CarryOut(ReconcilePlan plan)
    {
        IReadOnlyList<BackendPool> before = _model.Pools;
        IReadOnlyList<Backend> left = _reconciler.Apply(plan);
        _health.Follow(_model, before);
        return left;
    }

    private void Leave(IReadOnlyList<Backend> left)
    {
        foreach (Backend backend in left)
        {
            _ = LeaveAsync(backend);
        }
    }

    private void Restore(string poolName, string backendName, BackendOverride wanted)
    {
        _model.Overlay.Set(poolName, backendName, wanted);

        // One of the addresses of a host name is not there yet, and goes by it when it joins.
        if (_model.Options.Pools[poolName].Backends.TryGetValue(backendName, out BackendOptions? options))
        {
            (BackendPool pool, Backend backend) = Find(poolName, backendName);
            lock (pool.Writer)
            {
                _reconciler.Overlay(backend, options);
                pool.Publish();
            }
        }
    }

    /// <summary>A backend that was removed keeps its connections until they end, or the drain time-out passes; then nothing of it is left.</summary>
    private async Task LeaveAsync(Backend backend)
    {
        try
        {
            // Whoever has just picked it from the set before the last has not counted there yet.
            await _drains.WaitALittleAsync().ConfigureAwait(false);
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

    private Dictionary<string, int> CountConnections()
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Listener listener in _model.Listeners)
        {
            counts[ConfigurationText.Join("listeners", listener.Name)] = listener.ActiveCount;
        }

        foreach (BackendPool pool in _model.Pools)
        {
            string poolPath = ConfigurationText.Join("pools", pool.Name);
            string backendsPath = ConfigurationText.Join(poolPath, "backends");
            int sum = 0;
            foreach (Backend? backend in pool.Current.BySlot)
            {
                if (backend is not null)
                {
                    int active = backend.ActiveCount;
                    string path = ConfigurationText.Join(backendsPath, HostNames.OwnerOf(backend.Name));
                    counts[path] = counts.GetValueOrDefault(path) + active;
                    sum += active;
                }
            }

            counts[poolPath] = sum;
        }

        return counts;
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
