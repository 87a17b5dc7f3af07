// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;
using Microsoft.Extensions.Logging;

namespace LbEngine.Observability;

/// <summary>One line in the log for each end and each refusal, at the level for debugging.</summary>
internal sealed class ConnectionLog : IConnectionSink
{
    private readonly ILogger _logger;

    public ConnectionLog(ILogger logger) => _logger = logger;

    public void Write(in ClosedConnection closed)
    {
        if (!_logger.IsEnabled(LogLevel.Debug))
        {
            return;
        }

        string listener = closed.Listener.Name;
        string backend = closed.Backend?.Name ?? "no backend";
        switch ((closed.IsRefused, closed.Listener.IsDatagram))
        {
            case (true, _) when closed.Refusal == RejectReason.Filtered:
                EngineLog.ClientFiltered(_logger, closed.Client, listener, closed.Objection ?? "the filter failed");
                break;
            case (true, true):
                EngineLog.FlowRejected(_logger, closed.Client, listener, closed.Refusal);
                break;
            case (true, false):
                EngineLog.ConnectionRejected(_logger, closed.Client, listener, closed.Refusal);
                break;
            case (false, true):
                EngineLog.FlowEnded(
                    _logger, closed.Client, listener, backend, closed.Reason, closed.TotalMilliseconds, closed.Requests, closed.Replies);
                break;
            default:
                EngineLog.ConnectionEnded(
                    _logger, closed.Client, listener, backend, closed.Reason, closed.TotalMilliseconds, closed.BytesToBackend, closed.BytesToClient);
                break;
        }
    }
}
