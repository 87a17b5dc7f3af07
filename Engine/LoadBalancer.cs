// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Observability;
using LbEngine.Timing;

namespace LbEngine;

/// <summary>A layer-4 load balancer: listeners, pools of backends, and the connections between them. Built by <see cref="LoadBalancerBuilder"/>.</summary>
/// <remarks>Every member may be called from any thread. Engines in one process share nothing.</remarks>
public sealed class LoadBalancer : IAsyncDisposable
{
    private readonly EngineParts _parts;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Lock _drainLock = new();
    private readonly CancellationTokenSource _disposing = new();
    private Task? _drain;
    private volatile LoadBalancerState _state;

    internal LoadBalancer(EngineParts parts) => _parts = parts;

    /// <summary>Binds every listener and begins to accept. When one listener cannot be bound, none stays bound.</summary>
    /// <exception cref="Transport.ListenerBindException">A listener could not be bound; names it.</exception>
    /// <exception cref="InvalidOperationException">The engine was started, drained or disposed before.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_state != LoadBalancerState.Created)
            {
                throw new InvalidOperationException($"An engine can be started once; this one is {_state}.");
            }

            // Before a datagram can come, then again with the ports that were free.
            _parts.OwnListeners.Refresh(_parts.Listeners);
            await _parts.Transport.StartAsync(_parts.Listeners, cancellationToken).ConfigureAwait(false);
            _parts.OwnListeners.Refresh(_parts.Listeners);
            _state = LoadBalancerState.Running;
        }
        finally
        {
            _gate.Release();
        }

        foreach (Listener listener in _parts.Listeners)
        {
            EngineLog.ListenerStarted(_parts.Logger, listener.Name, listener.IsDatagram ? "UDP" : "TCP", listener.BoundEndPoint ?? listener.Bind, _parts.Transport.Name);
        }
    }

    /// <summary>
    /// Stops accepting, waits until live connections have ended or the drain time-out has passed, then closes what is left,
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

    /// <summary>Stops accepting, closes every live connection at once and frees everything. For a gentle end call <see cref="DrainAsync"/> first. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync().ConfigureAwait(false);
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_state == LoadBalancerState.Stopped)
            {
                return;
            }

            if (_state != LoadBalancerState.Created)
            {
                // UDP sockets stay open for their flows: without this a flow could begin after the last was closed.
                _parts.UdpForwarder.Drain();
                await _parts.Transport.StopAcceptingAsync().ConfigureAwait(false);
                await _parts.Transport.CloseConnectionsAsync(CloseReason.Stopped, TimeSpan.Zero).ConfigureAwait(false);
            }

            await _parts.Transport.DisposeAsync().ConfigureAwait(false);
            _parts.PassiveHealth.Dispose();
            _state = LoadBalancerState.Stopped;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task RunDrainAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_state != LoadBalancerState.Running)
            {
                return;
            }

            _state = LoadBalancerState.Draining;
            _parts.UdpForwarder.Drain();
            await _parts.Transport.StopAcceptingAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }

        int live = _parts.Table.Count;
        EngineLog.DrainStarted(_parts.Logger, live, _parts.Drain.Timeout.TotalSeconds);
        Task idle = _parts.Places.WhenIdleAsync();
        await Task.WhenAny(idle, Task.Delay(_parts.Drain.Timeout, _parts.TimeProvider, _disposing.Token)).ConfigureAwait(false);
        int left = _parts.Table.Count;
        if (left > 0 && !_disposing.IsCancellationRequested)
        {
            await _parts.Transport.CloseConnectionsAsync(CloseReason.Drained, _parts.Drain.Spread).ConfigureAwait(false);
        }

        EngineLog.DrainEnded(_parts.Logger, live - left, left);
    }
}
