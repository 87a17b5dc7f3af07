// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Threading.Channels;
using LbEngine.Lifecycle;
using Microsoft.Extensions.Logging;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

/// <summary>Reads the reason of every ended flow, and every error, out of the engine's log.</summary>
internal sealed class EndedFlows : ILoggerFactory, ILogger
{
    private readonly Channel<CloseReason> _reasons = Channel.CreateUnbounded<CloseReason>();

    public ConcurrentQueue<string> Errors { get; } = new();

    public Task<CloseReason> NextAsync() => Waiting.For("a flow to end", _reasons.Reader.ReadAsync().AsTask());

    public bool TryTakeAnother(out CloseReason reason) => _reasons.Reader.TryRead(out reason);

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error)
        {
            Errors.Enqueue($"{formatter(state, exception)} {exception}");
        }

        if (eventId.Name == "FlowEnded" && state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            _reasons.Writer.TryWrite((CloseReason)values.Single(value => value.Key == "Reason").Value!);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
