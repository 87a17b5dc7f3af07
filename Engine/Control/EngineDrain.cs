// SPDX-License-Identifier: MIT
using LbEngine.Control.Model;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control;

/// <summary>The gentle end of an engine: wait a little, accept nobody, wait for live connections, close what is left. Once for an engine; any thread.</summary>
internal sealed class EngineDrain
{
    private readonly EngineState _state;
    private readonly EngineModel _model;
    private readonly OpenListeners _listeners;
    private readonly LiveTraffic _connections;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private Task? _drain;

    public EngineDrain(
        EngineState state, EngineModel model, OpenListeners listeners, LiveTraffic connections, TimeProvider timeProvider, ILogger logger)
    {
        _state = state;
        _model = model;
        _listeners = listeners;
        _connections = connections;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>Begins the drain, or joins it.</summary>
    /// <param name="plan">The times of the drain, unless it has begun already; null for the configuration's.</param>
    /// <param name="cancellationToken">Ends the waiting of this call, not the drain.</param>
    public Task RunAsync(DrainPlan? plan, CancellationToken cancellationToken)
    {
        Task drain;
        lock (_lock)
        {
            drain = _drain ??= DrainAsync(plan);
        }

        return drain.WaitAsync(cancellationToken);
    }

    private async Task DrainAsync(DrainPlan? given)
    {
        if (!await TryBeginAsync().ConfigureAwait(false))
        {
            return;
        }

        DrainPlan plan = given ?? DrainPlan.Fit(_model.Options.Drain, Timeout.InfiniteTimeSpan);
        await WaitForLoadBalancersInFrontAsync(plan.Delay).ConfigureAwait(false);
        if (!await TryStopAcceptingAsync().ConfigureAwait(false))
        {
            return;
        }

        int live = _connections.Count;
        EngineLog.DrainStarted(_logger, live, plan.Timeout.TotalSeconds);
        await Task.WhenAny(_connections.WhenIdleAsync(), DelayAsync(plan.Timeout)).ConfigureAwait(false);
        int left = _connections.Count;
        if (left > 0 && !_state.Stopping.IsCancellationRequested)
        {
            await _connections.CloseAllAsync(CloseReason.Drained, plan.Spread).ConfigureAwait(false);
        }

        EngineLog.DrainEnded(_logger, live - left, left);
    }

    /// <summary>From here on the status says that the engine drains. False when it does not run.</summary>
    private async Task<bool> TryBeginAsync()
    {
        using IDisposable turn = await _state.EnterAsync().ConfigureAwait(false);
        if (!_state.IsRunning)
        {
            return false;
        }

        _state.Current = LoadBalancerState.Draining;
        return true;
    }

    /// <summary>They need time to see the status. Whoever is in front of an engine that was replaced has nothing to notice: its successor serves.</summary>
    private async Task WaitForLoadBalancersInFrontAsync(TimeSpan delay)
    {
        if (delay > TimeSpan.Zero && !_state.HandedOver.IsCancellationRequested)
        {
            EngineLog.DrainDelayed(_logger, delay.TotalSeconds);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_state.HandedOver, _state.Stopping);
            await Task.WhenAny(Task.Delay(delay, _timeProvider, either.Token)).ConfigureAwait(false);
        }
    }

    /// <summary>False when the engine was disposed meanwhile.</summary>
    private async Task<bool> TryStopAcceptingAsync()
    {
        using IDisposable turn = await _state.EnterAsync().ConfigureAwait(false);
        if (_state.Current != LoadBalancerState.Draining)
        {
            return false;
        }

        await _state.CloseAsync().ConfigureAwait(false);
        await _listeners.StopAcceptingAsync().ConfigureAwait(false);
        return true;
    }

    /// <summary>Also over, as cancelled, when the engine is disposed.</summary>
    private Task DelayAsync(TimeSpan time) => Task.Delay(time, _timeProvider, _state.Stopping);
}
