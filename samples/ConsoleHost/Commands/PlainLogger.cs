// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Tables;
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>Spells out what a message has that a terminal would act on.</summary>
internal sealed class PlainLogger(ILogger inner) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (inner.IsEnabled(logLevel))
        {
            inner.Log(logLevel, eventId, TerminalText.EscapeLines(formatter(state, exception)), exception, static (text, _) => text);
        }
    }
}
