// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Logging;

namespace LbEngine.Observability;

/// <summary>A logger that never throws: a full disk or a closed console must not end a connection, let alone a reactor. Any thread.</summary>
internal sealed class ContainedLogger : ILogger
{
    private readonly ILogger _inner;

    public ContainedLogger(ILogger inner) => _inner = inner;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return _inner.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            _inner.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // There is nowhere left to say so.
        }
    }
}
