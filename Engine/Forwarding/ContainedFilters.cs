// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Observability;
using LbEngine.Tables;
using Microsoft.Extensions.Logging;

namespace LbEngine.Forwarding;

/// <summary>The embedder's filters as a forwarder may ask them: what throws in there turns one client away, and nothing else. Any thread.</summary>
internal sealed class ContainedFilters
{
    private const string Failed = "the filter failed";
    private const long QuietMilliseconds = 1_000;

    private readonly IConnectionFilter[] _filters;
    private readonly ILogger _logger;
    private readonly Silence _silence = new();

    public ContainedFilters(IEnumerable<IConnectionFilter> filters, ILogger logger)
    {
        _filters = [.. filters];
        _logger = logger;
    }

    /// <summary>The first objection; null when there is none.</summary>
    public string? FindObjection(Listener listener, in EndPointKey client, long nowMilliseconds)
    {
        var attempt = new ConnectionAttempt(listener.Name, listener.IsDatagram ? ListenerProtocol.Udp : ListenerProtocol.Tcp, client);
        try
        {
            foreach (IConnectionFilter filter in _filters)
            {
                if (filter.FindObjection(attempt) is string objection)
                {
                    return objection;
                }
            }

            return null;
        }
        catch (Exception exception)
        {
            // A filter that fails on everybody must not fill the disk.
            if (_silence.TryBreak(nowMilliseconds, QuietMilliseconds))
            {
                EngineLog.FilterThrew(_logger, exception, client, listener.Name);
            }

            return Failed;
        }
    }
}
