// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LbEngine.Tests.Harness;

/// <summary>Keeps what is logged at a level and above.</summary>
internal sealed class RecordingLoggerFactory(LogLevel least = LogLevel.Information) : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(int Id, LogLevel Level, string Text)> _lines = new();

    public IReadOnlyCollection<(int Id, LogLevel Level, string Text)> Lines => _lines;

    /// <summary>Takes the lines of now away, one by one: what is logged meanwhile is taken or stays, and is never lost.</summary>
    public List<(int Id, LogLevel Level, string Text)> Take()
    {
        List<(int Id, LogLevel Level, string Text)> taken = [];
        while (_lines.TryDequeue(out (int Id, LogLevel Level, string Text) line))
        {
            taken.Add(line);
        }

        return taken;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue((eventId.Id, logLevel, $"{formatter(state, exception)}{(exception is null ? "" : $" {exception}")}"));
        }
    }

    public void Dispose()
    {
    }
}
