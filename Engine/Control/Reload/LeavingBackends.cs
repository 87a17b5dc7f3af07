// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using LbEngine.Backends;
using LbEngine.Control.Model;
using LbEngine.Observability;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control.Reload;

/// <summary>Backends that a reload has removed: each keeps its connections until they end, or the drain time-out passes; then nothing of it is left.</summary>
internal sealed class LeavingBackends
{
    private readonly ConcurrentDictionary<Backend, bool> _all = new();
    private readonly EngineModel _model;
    private readonly BackendDrains _drains;
    private readonly string _transportName;
    private readonly ILogger _logger;

    public LeavingBackends(EngineModel model, BackendDrains drains, string transportName, ILogger logger)
    {
        _model = model;
        _drains = drains;
        _transportName = transportName;
        _logger = logger;
    }

    /// <summary>Those that were removed and not forgotten yet. Any thread.</summary>
    public IEnumerable<Backend> All => _all.Keys;

    /// <summary>Begins to let go of backends to which no listener leads any more; returns at once.</summary>
    public void LetGo(IReadOnlyList<Backend> left)
    {
        foreach (Backend backend in left)
        {
            _all[backend] = true;
            _ = LeaveAsync(backend);
        }
    }

    private async Task LeaveAsync(Backend backend)
    {
        try
        {
            // Whoever has just picked it from the set before the last has not counted there yet.
            await _drains.WaitALittleAsync().ConfigureAwait(false);
            await _drains.DrainAsync(backend, _model.Options.Drain.Timeout, _model.Options.Drain.Spread, static () => true).ConfigureAwait(false);
            _model.Backends.Forget(backend);
            _ = _all.TryRemove(backend, out _);
        }
        catch (OperationCanceledException)
        {
            // The engine ends, and with it everything.
        }
        catch (Exception exception)
        {
            EngineLog.TransportUnexpected(_logger, exception, _transportName);
        }
    }
}
