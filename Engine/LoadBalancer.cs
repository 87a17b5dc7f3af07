// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Connections;
using LbEngine.Control;
using LbEngine.Control.Model;
using LbEngine.Control.Operator;
using LbEngine.Control.Succession;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Resolution;
using LbEngine.Timing;

namespace LbEngine;

/// <summary>A layer-4 load balancer: listeners, pools of backends, and the connections between them. Built by <see cref="LoadBalancerBuilder"/>.</summary>
/// <remarks>Every member may be called from any thread. Engines in one process share nothing.</remarks>
public sealed class LoadBalancer : IAsyncDisposable
{
    private readonly EngineParts _parts;
    private readonly ControlPlane _control;
    private readonly Succession _succession;
    private readonly OneAtATime _changes = new();
    private readonly Lock _drainLock = new();
    private readonly CancellationTokenSource _disposing = new();
    private Task? _drain;
    private volatile LoadBalancerState _state;
    private volatile bool _isHandedOver;

    internal LoadBalancer(EngineParts parts, Succession succession, OperatorStateFile? stateFile)
    {
        _parts = parts;
        _succession = succession;
        var drains = new BackendDrains(parts.Transport, parts.TimeProvider, _disposing.Token);
        _control = new ControlPlane(parts.Model, parts.Reconciler, parts.Transport, parts.OwnListeners, parts.Health, parts.Names, drains, stateFile, parts.Logger);
        _control.LoadOverlay();
    }

    /// <summary>Binds every listener and begins to accept. When one listener cannot be bound, none stays bound.</summary>
    /// <remarks>Host names among the backends are resolved first, for at most <see cref="ResolveOptions.Timeout"/>; one that cannot be is logged, and its backends join when it can.</remarks>
    /// <exception cref="Transport.ListenerBindException">A listener could not be bound; names it.</exception>
    /// <exception cref="InvalidOperationException">The engine was started, drained or disposed before.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        using (await _changes.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_state != LoadBalancerState.Created)
            {
                throw new InvalidOperationException($"An engine can be started once; this one is {_state}.");
            }

            // Whoever cannot be resolved in time joins later: a name server that is down must not keep a balancer from starting.
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
            await _parts.Names.ResolveAsync(HostNames.Find(_parts.Model.Configured), either.Token).ConfigureAwait(false);
            _parts.Names.Changed = () => _ = FollowNamesAsync();
            _control.ApplyNames();

            // Before a datagram can come, then again with the ports that were free.
            _parts.OwnListeners.Refresh(_parts.Model.Listeners);
            await _parts.Transport.StartAsync(_parts.Model.Listeners, cancellationToken).ConfigureAwait(false);
            _parts.OwnListeners.Refresh(_parts.Model.Listeners);
            _parts.Health.Start();
            _state = LoadBalancerState.Running;
            _succession.Confirm();
        }

        foreach (Listener listener in _parts.Model.Listeners)
        {
            EngineLog.ListenerStarted(_parts.Logger, listener.Name, listener.IsDatagram ? "UDP" : "TCP", listener.BoundEndPoint ?? listener.Bind, _parts.Transport.Name);
        }
    }

    /// <summary>
    /// Takes new clients for the drain's delay, then stops accepting, waits until live connections have ended or the drain time-out has passed, then closes what is left,
    /// spread over the drain's spread time. May be called again; every call waits for the same drain.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting of this call, not the drain. To end the drain at once, dispose the engine.</param>
    public Task DrainAsync(CancellationToken cancellationToken = default)
    {
        Task drain;
        lock (_drainLock)
        {
            drain = _drain ??= RunDrainAsync();
        }

        return drain.WaitAsync(cancellationToken);
    }

    /// <summary>What the engine is doing now.</summary>
    public LoadBalancerStatus GetStatus()
    {
        long now = CoarseClock.ReadMilliseconds(_parts.TimeProvider);
        return StatusReader.Read(_parts, _state, now);
    }

    /// <summary>The live connections, one after the other, while they come and go. Each is consistent in itself.</summary>
    public IEnumerable<ConnectionStatus> GetConnections() => StatusReader.ReadConnections(_parts);

    /// <summary>The choices that the affinity of pools remembers now.</summary>
    /// <param name="pool">Name of one pool; null for all.</param>
    public IEnumerable<AffinityStatus> GetAffinity(string? pool = null) => StatusReader.ReadAffinity(_parts, pool);

    /// <summary>A copy of the configuration in force. What the operator has set at run time is not in it, but in the status.</summary>
    public LoadBalancerOptions GetConfiguration() => ConfigurationCopy.Of(_parts.Model.Configured);

    /// <summary>What <see cref="ApplyAsync"/> would change, and how many live connections that concerns. Nothing is checked or changed.</summary>
    public IReadOnlyList<ConfigurationChange> Compare(LoadBalancerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _control.Compare(options);
    }

    /// <summary>Every reason for which <see cref="ApplyAsync"/> would refuse a configuration now; empty when it would go by it.</summary>
    /// <param name="options">The whole new configuration. Whether its new addresses can be bound is not tried.</param>
    /// <param name="force">Allows the removal of more than half of all backends.</param>
    public IReadOnlyList<ConfigurationError> Check(LoadBalancerOptions options, bool force = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _control.Check(options, force);
    }

    /// <summary>
    /// Goes by another configuration, without touching listeners, pools and connections that are the same in both. New listeners are bound
    /// first; when anything fails, the old configuration goes on whole. Counts and what the operator has set survive.
    /// </summary>
    /// <param name="options">The whole new configuration; copied.</param>
    /// <param name="force">Allows the removal of more than half of all backends, which is otherwise taken for a mistake.</param>
    /// <param name="cancellationToken">Ends the wait for another change that is going on; a change that has begun is carried out.</param>
    /// <returns>What has changed.</returns>
    /// <remarks>
    /// A backend that is removed, or gets another address, keeps its live connections until they end or the drain time-out has passed.
    /// New host names are resolved first, for at most <see cref="ResolveOptions.Timeout"/>; one that cannot be has no backend until it can.
    /// A listener is the same as long as its address and protocol are; a UDP listener that is removed keeps its port until its last flow has ended.
    /// </remarks>
    /// <exception cref="LoadBalancerConfigurationException">The configuration has mistakes, or changes what a running engine cannot; lists all of it.</exception>
    /// <exception cref="Transport.ListenerBindException">A new listener could not be bound; names it.</exception>
    /// <exception cref="InvalidOperationException">The engine drains or has stopped.</exception>
    public async Task<IReadOnlyList<ConfigurationChange>> ApplyAsync(LoadBalancerOptions options, bool force = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (_state == LoadBalancerState.Running && _control.Check(options).Count == 0)
        {
            // Outside of the gate: other changes need not wait for name servers.
            await ResolveAsync(options, cancellationToken).ConfigureAwait(false);
        }

        using (await _changes.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_state > LoadBalancerState.Running)
            {
                throw new InvalidOperationException($"The engine takes no other configuration; it is {_state}.");
            }

            try
            {
                IReadOnlyList<ConfigurationError> errors = _control.Check(options, force);
                return errors.Count > 0
                    ? throw new LoadBalancerConfigurationException(errors)
                    : await _control.ApplyAsync(options, _state == LoadBalancerState.Running).ConfigureAwait(false);
            }
            finally
            {
                if (_state == LoadBalancerState.Running)
                {
                    _parts.Names.Follow(HostNames.Find(_parts.Model.Configured));
                }
            }
        }
    }

    /// <summary>Lets a backend take traffic, drains it, or takes it out altogether. Survives <see cref="ApplyAsync"/>.</summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="backend">Name of the backend.</param>
    /// <param name="state">What is wanted of it. Live connections go on in any case; UDP flows leave a backend in maintenance with their next datagram.</param>
    /// <param name="cancellationToken">Ends the wait for another change that is going on.</param>
    /// <exception cref="ArgumentException">There is no such backend; says which there are.</exception>
    public Task SetBackendStateAsync(string pool, string backend, OperatorState state, CancellationToken cancellationToken = default) =>
        ChangeAsync(pool, backend, () => _control.SetState(pool, backend, state), cancellationToken);

    /// <summary>Gives a backend another weight than the configuration does. Survives <see cref="ApplyAsync"/>.</summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="backend">Name of the backend.</param>
    /// <param name="weight">0 to 65535; null goes by the configuration again.</param>
    /// <param name="cancellationToken">Ends the wait for another change that is going on.</param>
    /// <exception cref="ArgumentException">There is no such backend; says which there are.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The weight is out of range.</exception>
    public Task SetBackendWeightAsync(string pool, string backend, int? weight, CancellationToken cancellationToken = default)
    {
        if (weight is < 0 or > 65_535)
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "A weight is from 0 to 65535.");
        }

        return ChangeAsync(pool, backend, () => _control.SetWeight(pool, backend, weight), cancellationToken);
    }

    /// <summary>
    /// Drains a backend: it takes no new clients, except those whose affinity names it. Completes when it holds no connection: by itself, or at the deadline, when
    /// the rest is closed, spread over the drain's spread time. Completes early, and closes nothing more, when something else is wanted of the backend
    /// meanwhile, be it only another deadline: the last wish counts.
    /// </summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="backend">Name of the backend.</param>
    /// <param name="timeout">Time until the deadline; null for the configuration's drain time-out.</param>
    /// <param name="cancellationToken">Ends the waiting of this call; the backend drains on, and the deadline stays.</param>
    /// <exception cref="ArgumentException">There is no such backend; says which there are.</exception>
    public async Task DrainBackendAsync(string pool, string backend, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        StateWish wish = await ChangeAsync(pool, backend, () => _control.SetState(pool, backend, OperatorState.Draining), cancellationToken).ConfigureAwait(false);
        await _control.WaitForDrainAsync(wish, timeout ?? _parts.Model.Options.Drain.Timeout).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes one connection or flow with <see cref="CloseReason.Killed"/>. False when it has ended already, or never was.</summary>
    /// <param name="id">Its <see cref="ConnectionStatus.Id"/>.</param>
    public async Task<bool> CloseConnectionAsync(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return ConnectionId.TryParse(id, out ConnectionHandle handle)
            && _parts.Table.Holds(handle)
            && await _parts.Transport.CloseConnectionAsync(handle, CloseReason.Killed).ConfigureAwait(false);
    }

    /// <summary>
    /// Waits for a successor (an engine built with <see cref="LoadBalancerBuilder.UsePredecessor"/>, in another process) and hands it the listening
    /// sockets with all clients that wait in them. Completes once it serves: then drain this engine. Linux transport only.
    /// </summary>
    /// <param name="socketPath">Where to wait: a path in a directory that only this user can write. The file gets mode 0600, and is removed in the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">The engine does not run, or its transport has no sockets to hand over.</exception>
    /// <exception cref="IOException">Another process waits there already, or the path cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public async Task HandOverAsync(string socketPath, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(socketPath);
        if (_state != LoadBalancerState.Running || _parts.Transport.ListeningDescriptors.Count == 0)
        {
            throw new InvalidOperationException($"There are no listening sockets to hand over: the engine is {_state}, over the {_parts.Transport.Name} transport.");
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        await _succession.HandOverAsync(socketPath, () => _parts.Transport.ListeningDescriptors, either.Token).ConfigureAwait(false);
        _isHandedOver = true;
        await _parts.Transport.HandedOverAsync().ConfigureAwait(false);
    }

    /// <summary>Stops accepting, closes every live connection at once and frees everything. For a gentle end call <see cref="DrainAsync"/> first. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync().ConfigureAwait(false);
        using (await _changes.EnterAsync().ConfigureAwait(false))
        {
            if (_state == LoadBalancerState.Stopped)
            {
                return;
            }

            _parts.Names.Dispose();
            _parts.Health.Dispose();
            if (_state != LoadBalancerState.Created)
            {
                // UDP sockets stay open for their flows: without this a flow could begin after the last was closed.
                _parts.UdpForwarder.Drain();
                await _parts.Transport.StopAcceptingAsync().ConfigureAwait(false);
                await _parts.Transport.CloseConnectionsAsync(CloseReason.Stopped, TimeSpan.Zero).ConfigureAwait(false);
            }

            await _parts.Transport.DisposeAsync().ConfigureAwait(false);
            _succession.Dispose();
            _state = LoadBalancerState.Stopped;
        }
    }

    private async Task<T> ChangeAsync<T>(string pool, string backend, Func<T> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(backend);
        using (await _changes.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            return change();
        }
    }

    private async Task ResolveAsync(LoadBalancerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await _parts.Names.ResolveAsync(HostNames.Find(options), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Names that nobody will use are not to be looked up for ever.
            _parts.Names.Follow(HostNames.Find(_parts.Model.Configured));
            throw;
        }
    }

    /// <summary>Goes by new addresses of host names, when no other change is going on.</summary>
    private async Task FollowNamesAsync()
    {
        using IDisposable turn = await _changes.EnterAsync().ConfigureAwait(false);
        try
        {
            if (_state == LoadBalancerState.Running)
            {
                _control.ApplyNames();
                _ = _parts.Names.Report(isInForce: true);
            }
        }
        catch (Exception exception)
        {
            if (_parts.Names.Report(isInForce: false))
            {
                EngineLog.NamesNotApplied(_parts.Logger, exception.Message);
            }
        }
    }

    private async Task RunDrainAsync()
    {
        if (!await TryBeginDrainAsync().ConfigureAwait(false))
        {
            return;
        }

        // Whoever is in front of an engine that was replaced has nothing to notice: its successor serves.
        TimeSpan delay = _isHandedOver ? TimeSpan.Zero : _parts.Model.Options.Drain.Delay;
        if (delay > TimeSpan.Zero)
        {
            EngineLog.DrainDelayed(_parts.Logger, delay.TotalSeconds);
            await Task.WhenAny(Task.Delay(delay, _parts.TimeProvider, _disposing.Token)).ConfigureAwait(false);
        }

        if (!await TryStopAcceptingAsync().ConfigureAwait(false))
        {
            return;
        }

        int live = _parts.Table.Count;
        EngineLog.DrainStarted(_parts.Logger, live, _parts.Model.Options.Drain.Timeout.TotalSeconds);
        Task idle = _parts.Budget.WhenIdleAsync();
        await Task.WhenAny(idle, Task.Delay(_parts.Model.Options.Drain.Timeout, _parts.TimeProvider, _disposing.Token)).ConfigureAwait(false);
        int left = _parts.Table.Count;
        if (left > 0 && !_disposing.IsCancellationRequested)
        {
            await _parts.Transport.CloseConnectionsAsync(CloseReason.Drained, _parts.Model.Options.Drain.Spread).ConfigureAwait(false);
        }

        EngineLog.DrainEnded(_parts.Logger, live - left, left);
    }

    /// <summary>From here on the status says that the engine drains. False when it does not run.</summary>
    private async Task<bool> TryBeginDrainAsync()
    {
        using (await _changes.EnterAsync().ConfigureAwait(false))
        {
            if (_state != LoadBalancerState.Running)
            {
                return false;
            }

            _state = LoadBalancerState.Draining;
            return true;
        }
    }

    /// <summary>False when the engine was disposed meanwhile.</summary>
    private async Task<bool> TryStopAcceptingAsync()
    {
        using (await _changes.EnterAsync().ConfigureAwait(false))
        {
            if (_state != LoadBalancerState.Draining)
            {
                return false;
            }

            _parts.UdpForwarder.Drain();
            await _parts.Transport.StopAcceptingAsync().ConfigureAwait(false);
            return true;
        }
    }
}
