// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>The balancer's host has no free source port towards a backend.</summary>
public sealed class SourcePortFaultTests : EndToEndTest
{
    // An even number: the kernel's search leaves out one port of an odd range, now this one, now that.
    private const int Ports = 50;
    private const string PortRange = "net.ipv4.ip_local_port_range=40000 40049";
    private const int NoLocalPortEvent = 305;

    [RootTheory("/usr/sbin/ip", "/usr/sbin/sysctl")]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task PortsRunOut_TowardsOneBackend_NextBackendServesAndNobodyIsBlamed(TransportKind transport)
    {
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        await network.RunAsync("/usr/sbin/sysctl", "-w", PortRange);
        ScriptedBackend first = Stage.AddBackend(network.Outside);
        ScriptedBackend second = Stage.AddBackend(network.Outside);
        BalancerSettings settings = BalancerSettings.For(first.EndPoint, second.EndPoint) with { Bind = $"{network.Inside}:8000" };
        EngineProcess engine = await Stage.StartEngineProcessAsync(transport, settings, network.Launcher);
        for (int pair = 0; pair < Ports; pair++)
        {
            await Stage.OpenPairAsync(engine, first, pair);
        }

        (Peer client, Peer server) = await Stage.OpenPairAsync(engine, second, Ports);
        await client.SendAsync(1000);
        await server.ReceiveAsync(1000);

        EngineReport report = await engine.ReportAsync();
        Assert.Equal([0L, 0L], report.ConnectFailures);
        Assert.Equal([Ports, 1], report.BackendActive);
        string log = await engine.Child.WaitForLineAsync(EngineProcessProgram.LogPrefix + NoLocalPortEvent);
        Assert.Contains("site/b0", log, StringComparison.Ordinal);
        Assert.Contains("ip_local_port_range", log, StringComparison.Ordinal);
    }

    [RootTheory("/usr/sbin/ip", "/usr/sbin/sysctl")]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task PortsRunOut_TowardsTheOnlyBackend_ClientIsRefusedAndServedAgainLater(TransportKind transport)
    {
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        await network.RunAsync("/usr/sbin/sysctl", "-w", PortRange);
        ScriptedBackend only = Stage.AddBackend(network.Outside);
        BalancerSettings settings = BalancerSettings.For(only.EndPoint) with { Bind = $"{network.Inside}:8000" };
        EngineProcess engine = await Stage.StartEngineProcessAsync(transport, settings, network.Launcher);
        var pairs = new List<(Peer Client, Peer Server)>();
        for (int pair = 0; pair < Ports; pair++)
        {
            pairs.Add(await Stage.OpenPairAsync(engine, only, pair));
        }

        Peer refused = await Stage.ConnectAsync(engine, Ports);
        Observation seen = await refused.ReceiveToEndAsync();
        pairs[0].Client.Reset();
        await pairs[0].Server.ReceiveToEndAsync();
        await engine.WaitForReportAsync(report => report.Active == Ports - 1, "one connection has ended");
        await Stage.OpenPairAsync(engine, only, Ports + 1);

        Assert.NotEqual(PeerEnd.Open, seen.End);
        Assert.Equal([0L], (await engine.ReportAsync()).ConnectFailures);
    }
}
