// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Demo;
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost.Commands;

/// <summary><c>lb</c> alone: two backends and a balancer in one process, to look at.</summary>
internal static class DemoCommand
{
    public static async Task<int> RunAsync(int port, LogLevel logLevel)
    {
        // A line for each connection is the point of the demo.
        using ILoggerFactory loggers = HostLogging.Create(logLevel > LogLevel.Debug && logLevel < LogLevel.Warning ? LogLevel.Debug : logLevel);
        await using var a = new DemoBackend("a");
        await using var b = new DemoBackend("b");
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .AddListener("demo", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), pool: "backends")
            .AddPool("backends", pool => pool.AddBackend("a", a.Address, weight: 2).AddBackend("b", b.Address))
            .Configure(options => options.Drain.Timeout = TimeSpan.FromSeconds(5))
            .UseLoggerFactory(loggers)
            .Build();

        int exitCode = await EngineRun.RunAsync(balancer, status => HostOutput.WriteLine($"""
            backend a is {a.Address} with weight 2, backend b is {b.Address} with weight 1; both run in this process
            try: curl http://{status.Listeners[0].EndPoint}/
            Ctrl-C ends
            """));
        if (exitCode == ExitCode.Failure)
        {
            HostOutput.WriteError("choose another port with: lb --port N (0 takes a free one)");
        }

        return exitCode;
    }
}
