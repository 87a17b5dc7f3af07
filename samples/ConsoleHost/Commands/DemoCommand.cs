// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Admin;
using LbEngine.ConsoleHost.Control;
using LbEngine.ConsoleHost.Demo;
using LbEngine.ConsoleHost.Systemd;
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost.Commands;

/// <summary><c>lb</c> alone: backends for TCP and UDP and a balancer in one process, to look at.</summary>
internal static class DemoCommand
{
    /// <summary>Short, so that the end of a flow is seen, and the end of the demo is not waited for.</summary>
    private static readonly TimeSpan FlowTimeout = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(int port, LogLevel logLevel, LogFormat logFormat)
    {
        var signals = new HostSignals(reloads: false);

        // A line for each connection is the point of the demo.
        using ILoggerFactory loggers = HostLogging.Create(
            logLevel > LogLevel.Debug && logLevel < LogLevel.Warning ? LogLevel.Debug : logLevel, logFormat);
        await using var a = new DemoBackend("a");
        await using var b = new DemoBackend("b");
        await using var echoA = new DemoEcho("a");
        await using var echoB = new DemoEcho("b");
        string bind = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .AddListener("demo", bind, pool: "backends")
            .AddUdpListener("demo-udp", bind, pool: "echoes", listener => (listener.IdleTimeout, listener.UnansweredTimeout) = (FlowTimeout, FlowTimeout))
            .AddPool("backends", pool => pool.AddBackend("a", a.Address, weight: 2).AddBackend("b", b.Address))
            .AddPool("echoes", pool => pool.AddBackend("a", echoA.Address, weight: 2).AddBackend("b", echoB.Address))
            .Configure(options => options.Drain = new DrainOptions { Timeout = FlowTimeout, Spread = TimeSpan.Zero })
            .UseLoggerFactory(loggers)
            .Build();

        ServiceNotifier notifier = ServiceNotifier.FromEnvironment(TimeProvider.System);
        var admin = new AdminSettings(AdminAddress.Default, Token: "", IsRequired: false);
        await using var control = new BalancerControl(balancer, admin, reloader: null, watched: null, notifier, loggers.CreateLogger("lb"));
        int exitCode = await EngineRun.RunAsync(balancer, control, signals, status => HostOutput.WriteText($"""
            backend a is {a.Address} with weight 2, backend b is {b.Address} with weight 1; both run in this process
            over udp they are {echoA.Address} and {echoB.Address}, and send back what they get
            try: curl http://{status.Listeners[0].EndPoint}/
            try: echo hello | nc -u -w1 {status.Listeners[1].EndPoint.Address} {status.Listeners[1].EndPoint.Port}
            try: lb status, lb backends, lb drain backends/a
            Ctrl-C ends
            """));
        if (exitCode == ExitCode.Failure)
        {
            HostOutput.WriteError("choose another port with: lb --port N (0 takes a free one)");
        }

        return exitCode;
    }
}
