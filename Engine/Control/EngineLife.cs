// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Control.Model;
using LbEngine.Control.Reload;
using LbEngine.Control.Succession;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Observability.Events;
using LbEngine.Transport;

namespace LbEngine.Control;

/// <summary>The life of an engine: created, running, draining, stopped. Any thread; each step waits for its turn.</summary>
internal sealed class EngineLife : IAsyncDisposable
{
    private readonly EngineState _state;
    private readonly OpenListeners _listeners;
    private readonly LiveTraffic _connections;
    private readonly NameFollower _names;
    private readonly HealthControl _health;
    private readonly Predecessor _predecessor;
    private readonly Successor _successor;
    private readonly ITransport _transport;
    private readonly Action _logLimits;
    private readonly TrafficMeter _meter;
    private readonly EventHub _events;

    public EngineLife(
        EngineState state,
        OpenListeners listeners,
        LiveTraffic connections,
        NameFollower names,
        HealthControl health,
        Predecessor predecessor,
        Successor successor,
        ITransport transport,
        Action logLimits,
        TrafficMeter meter,
        EventHub events)
    {
        _state = state;
        _listeners = listeners;
        _connections = connections;
        _names = names;
        _health = health;
        _predecessor = predecessor;
        _successor = successor;
        _transport = transport;
        _logLimits = logLimits;
        _meter = meter;
        _events = events;
    }

    /// <summary>Resolves names, binds every listener and begins to accept and to probe. When it fails, nothing is bound, and it may be tried again.</summary>
    /// <exception cref="ListenerBindException">A listener could not be bound; names it.</exception>
    /// <exception cref="LoadBalancerConfigurationException">The listeners do not fit under the descriptor limit, or the process lacks a right.</exception>
    /// <exception cref="IOException">There is a predecessor, but nothing can be taken over from it; says why.</exception>
    /// <exception cref="InvalidOperationException">The engine was started, drained or disposed before.</exception>
    /// <exception cref="OperationCanceledException">It was stopped meanwhile; nothing was opened.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using IDisposable turn = await _state.EnterAsync(cancellationToken).ConfigureAwait(false);
        if (_state.Current != LoadBalancerState.Created)
        {
            throw new InvalidOperationException($"An engine can be started once; this one is {_state.Current}.");
        }

        await _names.StartAsync(cancellationToken).ConfigureAwait(false);

        // Whoever stops it while names are looked up must not see a listener that opens for a moment.
        cancellationToken.ThrowIfCancellationRequested();
        _state.Stopping.ThrowIfCancellationRequested();
        await _listeners.StartAsync(cancellationToken).ConfigureAwait(false);
        _logLimits();
        _health.Start();
        _meter.Start();
        _state.Times.Started();
        _state.Current = LoadBalancerState.Running;
        _predecessor.Confirm();
    }

    /// <summary>Ends whatever waits, closes every listener and connection at once, and frees everything. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        await _state.StopAsync().ConfigureAwait(false);
        using IDisposable turn = await _state.EnterAsync().ConfigureAwait(false);
        if (_state.Current == LoadBalancerState.Stopped)
        {
            return;
        }

        _names.Dispose();
        _health.Dispose();
        _meter.Dispose();
        if (_state.Current != LoadBalancerState.Created)
        {
            // In this order: UDP sockets stay open for their flows, and no flow may begin after the last was closed.
            await _listeners.StopAcceptingAsync().ConfigureAwait(false);
            await _connections.CloseAllAsync(CloseReason.Stopped, TimeSpan.Zero).ConfigureAwait(false);
        }

        _connections.AskLeaseHolders();
        await _transport.DisposeAsync().ConfigureAwait(false);
        _predecessor.Dispose();
        _successor.Dispose();
        _state.Current = LoadBalancerState.Stopped;
        _events.Complete();
    }
}
