// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>
/// Nobody listens at a backend of this host whose port the kernel gives to outgoing sockets: every connect is given that very port, and meets
/// itself.
/// </summary>
public sealed class SelfMeetingFaultTests : EndToEndTest
{
    private const int OnlyPort = 40010;
    private const int BackendDownEvent = 201;
    private const string Python = "/usr/bin/python3";

    [RootTheory("/usr/sbin/ip", "/usr/sbin/sysctl")]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task Connect_MeetsItself_NextBackendServes(TransportKind transport, string loopback)
    {
        NetworkNamespace network = await CreateNetworkAsync();
        ScriptedBackend next = Stage.AddBackend(network.Outside);
        BalancerSettings settings = BalancerSettings.For(Nobody(loopback), next.EndPoint) with { Bind = $"{network.Inside}:8000" };
        EngineProcess engine = await Stage.StartEngineProcessAsync(transport, settings, network.Launcher);

        (Peer client, Peer server) = await Stage.OpenPairAsync(engine, next);
        await client.SendAsync(1000);
        await server.ReceiveAsync(1000);

        Assert.Equal([1L, 0L], (await engine.ReportAsync()).ConnectFailures);
    }

    [RootTheory("/usr/sbin/ip", "/usr/sbin/sysctl", Python)]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task Connect_MeetsItself_OnlyBackendCountsAsRefusedAndMayBind(TransportKind transport, string loopback)
    {
        NetworkNamespace network = await CreateNetworkAsync();
        BalancerSettings settings = BalancerSettings.For(Nobody(loopback)) with { Bind = $"{network.Inside}:8000", Passive = null };
        EngineProcess engine = await Stage.StartEngineProcessAsync(transport, settings, network.Launcher);

        for (int i = 0; i < 3; i++)
        {
            Peer client = await Stage.ConnectAsync(engine, i);
            Observation seen = await client.ReceiveToEndAsync();
            Assert.Equal((0L, PeerEnd.Rst), (seen.Bytes, seen.End));
        }

        EngineReport report = await engine.WaitForReportAsync(r => r.Closed.Count > 0 && r.Active == 0, "the connections have ended");
        Assert.Equal(3, report.Closed[nameof(CloseReason.ConnectFailed)]);
        Assert.Equal([3L], report.ConnectFailures);

        // Nothing holds the port in TIME_WAIT: a server without SO_REUSEADDR starts at once.
        string family = loopback.Contains(':') ? "AF_INET6" : "AF_INET";
        await network.RunAsync(Python, "-c", $"import socket; s = socket.socket(socket.{family}); s.bind(('{loopback}', {OnlyPort})); s.listen()");
    }

    [RootTheory("/usr/sbin/ip", "/usr/sbin/sysctl")]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task Flow_MeetsItself_NextBackendServes(TransportKind transport, string loopback)
    {
        NetworkNamespace network = await CreateNetworkAsync();
        DatagramEcho next = Stage.AddDatagramEcho(network.Outside);
        BalancerSettings settings = BalancerSettings.ForDatagrams(Nobody(loopback), next.EndPoint) with { Bind = $"{network.Inside}:8000" };
        EngineProcess engine = await Stage.StartEngineProcessAsync(transport, settings, network.Launcher);
        DatagramClient client = Stage.AddClient(engine);

        await client.EchoAsync();

        EngineReport report = await engine.ReportAsync();
        Assert.Equal([1L, 0L], report.ConnectFailures);
        Assert.Equal([0, 1], report.BackendActive);
    }

    [RootTheory("/usr/sbin/ip", "/usr/sbin/sysctl")]
    [MemberData(nameof(Probes))]
    public async Task Probe_MeetsItself_BackendIsDown(TransportKind transport, HealthCheckType type)
    {
        NetworkNamespace network = await CreateNetworkAsync();
        string? greeting = type == HealthCheckType.Udp ? "hello" : null;
        var health = new HealthOptions { Type = type, Interval = TimeSpan.FromMilliseconds(100), Fall = 1, Send = greeting, Expect = greeting };
        BalancerSettings settings = BalancerSettings.For(Nobody("127.0.0.1")) with { Bind = $"{network.Inside}:8000", Health = health };
        EngineProcess engine = await Stage.StartEngineProcessAsync(transport, settings, network.Launcher);

        await engine.WaitForReportAsync(_ => engine.Child.Output.Any(IsDown), "the backend is down");

        Assert.Contains("nothing listens there", engine.Child.Output.First(IsDown), StringComparison.Ordinal);
    }

    public static TheoryData<TransportKind, HealthCheckType> Probes { get; } =
        Transports.BothWith(HealthCheckType.Tcp, HealthCheckType.Http, HealthCheckType.Udp);

    private static bool IsDown(string line) => line.StartsWith($"{EngineProcessProgram.LogPrefix}{BackendDownEvent} ", StringComparison.Ordinal);

    private static IPEndPoint Nobody(string address) => new(IPAddress.Parse(address), OnlyPort);

    private async Task<NetworkNamespace> CreateNetworkAsync()
    {
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        await network.RunAsync("/usr/sbin/sysctl", "-w", $"net.ipv4.ip_local_port_range={OnlyPort} {OnlyPort}");
        return network;
    }
}
