// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Kestrel;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LbEngine.Tests.Kestrel;

/// <summary>A server that takes headers from 10.0.0.0/8, and serves whoever comes past that.</summary>
internal sealed class MiddlewareStage
{
    private readonly ConnectionDelegate _run;

    public MiddlewareStage(Action<ProxyProtocolOptions>? configure = null)
    {
        var builder = new ConnectionBuilder(new ServiceCollection().AddSingleton<ILoggerFactory>(Log).BuildServiceProvider());
        builder.UseProxyProtocol(options =>
        {
            options.Trusted.Add(IPNetwork.Parse("10.0.0.0/8"));
            options.TimeProvider = Time;
            configure?.Invoke(options);
        });
        builder.Run(connection =>
        {
            ((ScriptedConnection)connection).IsServed = true;
            return Task.CompletedTask;
        });
        _run = builder.Build();
    }

    public ManualTimeProvider Time { get; } = new();

    public RecordingLoggerFactory Log { get; } = new(LogLevel.Debug);

    /// <summary>Everything that was said of connections that were aborted.</summary>
    public IEnumerable<string> Refusals => Log.Lines.Where(line => line.Id == 1).Select(line => line.Text);

    /// <summary>Lets a connection in; it waits for what the test sends.</summary>
    public (ScriptedConnection Connection, Task Running) Accept(EndPoint? remote = null, EndPoint? local = null)
    {
        var connection = new ScriptedConnection(remote, local);
        return (connection, RunAsync(connection));
    }

    public Task RunAsync(ScriptedConnection connection) => _run(connection);

    /// <summary>The whole life of a connection that sends this and no more.</summary>
    public async Task<ScriptedConnection> ServeAsync(byte[] sent, EndPoint? remote = null, EndPoint? local = null)
    {
        (ScriptedConnection connection, Task running) = Accept(remote, local);
        await connection.SendAsync(sent);
        await running.WaitAsync(Waiting.DefaultLimit);
        return connection;
    }
}
