// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using LbEngine.Connections;
using LbEngine.Control.Model;
using LbEngine.Observability;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control.Reload;

/// <summary>
/// Listeners that a reload has removed: their connections and flows go on until they end, or the drain time-out passes; then the port is free. Called by
/// whoever has the turn.
/// </summary>
internal sealed class LeavingListeners
{
    private readonly EngineState _state;
    private readonly EngineModel _model;
    private readonly OpenListeners _listeners;
    private readonly BackendDrains _drains;
    private readonly string _transportName;
    private readonly ILogger _logger;

    // One that comes back, and is removed again, has another deadline.
    private readonly ConcurrentDictionary<Listener, object> _removals = [];

    public LeavingListeners(
        EngineState state, EngineModel model, OpenListeners listeners, BackendDrains drains, string transportName, ILogger logger)
    {
        _state = state;
        _model = model;
        _listeners = listeners;
        _drains = drains;
        _transportName = transportName;
        _logger = logger;
    }

    /// <summary>Begins to let go of listeners that take no clients any more; returns at once.</summary>
    public void LetGo(IReadOnlyList<Listener> removed)
    {
        foreach (Listener listener in removed)
        {
            var removal = new object();
            _removals[listener] = removal;
            _ = LeaveAsync(listener, removal);
        }
    }

    private async Task LeaveAsync(Listener listener, object removal)
    {
        bool IsMeant() => listener.IsRemoved && _removals.GetValueOrDefault(listener) == removal;
        try
        {
            await _drains.DrainAsync(listener, _model.Options.Drain.Timeout, _model.Options.Drain.Spread, IsMeant).ConfigureAwait(false);
            using IDisposable turn = await _state.EnterAsync(_state.Stopping).ConfigureAwait(false);
            if (IsMeant())
            {
                await _listeners.ForgetAsync(listener).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The engine ends, and with it everything.
        }
        catch (Exception exception)
        {
            EngineLog.TransportUnexpected(_logger, exception, _transportName);
        }
        finally
        {
            _ = _removals.TryRemove(KeyValuePair.Create(listener, removal));
        }
    }
}
