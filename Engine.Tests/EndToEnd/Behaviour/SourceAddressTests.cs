// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Behaviour;

/// <summary>Pools that say from which addresses of this host their backends are connected to.</summary>
public sealed class SourceAddressTests : EndToEndTest
{
    private const string Ip = "/usr/sbin/ip";
    private const string Sysctl = "/usr/sbin/sysctl";
    private const int SourceFailed = 335;

    // Every address of 127.0.0.0/8 is this host's; the last one here is nobody's.
    private const string First = "127.0.0.5";
    private const string Second = "127.0.0.6";
    private const string Missing = "192.0.2.77";

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Connections_OfAPoolWithTwoSources_ComeFromBothInTurn(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint) with { Source = [First, Second] });
        var seen = new List<string>();
        for (int pair = 0; pair < 6; pair++)
        {
            (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend, pair);
            await client.SendAsync(1000);
            await server.ReceiveAsync(1000);
            seen.Add(((IPEndPoint)server.Socket.RemoteEndPoint!).Address.ToString());
        }

        Assert.Equal((3, 3), (seen.Count(one => one == First), seen.Count(one => one == Second)));
        Assert.Equal(0, balancer.Backend(0).SourceFailures);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Connections_OneSourceIsNotHere_ComeFromTheOtherAndItIsSaid(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint) with { Source = [Missing, First] });
        for (int pair = 0; pair < 4; pair++)
        {
            (_, Peer server) = await Stage.OpenPairAsync(balancer, backend, pair);
            Assert.Equal(First, ((IPEndPoint)server.Socket.RemoteEndPoint!).Address.ToString());
        }

        Assert.Equal((2L, 0L), (balancer.Backend(0).SourceFailures, balancer.Backend(0).ConnectFailures));
        await balancer.WaitForLogAsync(SourceFailed);
        Assert.Contains($"from {Missing}: this host has no such address", Assert.Single(balancer.Log.Lines, line => line.Id == SourceFailed).Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Connections_NoSourceIsHere_EndAndNoBackendIsBlamed(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint) with { Source = [Missing] });
        Peer client = await Stage.ConnectAsync(balancer);

        Assert.NotEqual(PeerEnd.Open, (await client.ReceiveToEndAsync()).End);
        await balancer.WaitForOnlyCloseAsync(CloseReason.ResourceExhausted);
        Assert.Equal((1L, 0L, false), (balancer.Backend(0).SourceFailures, balancer.Backend(0).ConnectFailures, balancer.Backend(0).IsEjected));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Source_ChangesWithAReload_HoldsFromTheNextConnectionOn(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        BalancerSettings settings = BalancerSettings.For(backend.EndPoint);
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        (Peer client, Peer before) = await Stage.OpenPairAsync(balancer, backend);
        LoadBalancerOptions next = (settings with { Source = [Second] }).ToOptions(transport);

        await balancer.Engine.ApplyAsync(next);
        (_, Peer after) = await Stage.OpenPairAsync(balancer, backend, 1);
        await client.SendAsync(1000);
        await before.ReceiveAsync(1000);

        Assert.Equal("127.0.0.1", ((IPEndPoint)before.Socket.RemoteEndPoint!).Address.ToString());
        Assert.Equal(Second, ((IPEndPoint)after.Socket.RemoteEndPoint!).Address.ToString());
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Flows_OfAPoolWithTwoSources_ComeFromBothInTurn(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.ForDatagrams(backend.EndPoint) with { Source = [Missing, First, Second] });
        var seen = new HashSet<string>();
        for (int i = 0; i < 6; i++)
        {
            DatagramClient client = Stage.AddClient(balancer, i);
            await client.SendAsync(Datagram.Create(i, 0, 100));
            seen.Add(((IPEndPoint)(await backend.EchoAsync()).From).Address.ToString());
            await client.ReceiveAsync();
        }

        Assert.Equal([First, Second], seen.Order());
        Assert.Equal((2L, 0L), (balancer.Backend(0).SourceFailures, balancer.Backend(0).ConnectFailures));
        Assert.Empty(balancer.Status.Dropped);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Datagrams_ThatGoOneWay_ComeFromASourceOfThePool(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.ForDatagrams(backend.EndPoint) with { Source = [First], Responses = 0 });
        await Stage.AddClient(balancer).SendAsync(Datagram.Create(0, 0, 100));

        Assert.Equal(First, ((IPEndPoint)(await backend.ReceiveFromAsync()).From).Address.ToString());
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Datagrams_ThatGoOneWay_FollowAReload(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        BalancerSettings settings = BalancerSettings.ForDatagrams(backend.EndPoint) with { Source = [First], Responses = 0 };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        DatagramClient client = Stage.AddClient(balancer);
        await client.SendAsync(Datagram.Create(0, 0, 100));
        await backend.ReceiveFromAsync();

        await balancer.Engine.ApplyAsync((settings with { Source = [Second] }).ToOptions(transport));
        await client.SendAsync(Datagram.Create(0, 1, 100));

        Assert.Equal(Second, (await backend.ReceiveFromAsync()).From.Address.ToString());
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Flows_NoSourceIsHere_EndAndNoBackendIsBlamed(TransportKind transport)
    {
        DatagramBackend first = Stage.AddDatagramBackend();
        DatagramBackend second = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.ForDatagrams(first.EndPoint, second.EndPoint) with { Source = [Missing] });
        await Stage.AddClient(balancer).SendAsync(Datagram.Create(0, 0, 100));

        await balancer.WaitForOnlyCloseAsync(CloseReason.ResourceExhausted);
        Assert.All(balancer.Status.Pools[0].Backends, one => Assert.Equal((1L, 0L, false), (one.SourceFailures, one.ConnectFailures, one.IsEjected)));
    }

    [Theory]
    [MemberData(nameof(HealthChecks))]
    public async Task HealthChecks_OfAPoolWithASource_ComeFromThere(TransportKind transport, HealthCheckType type)
    {
        ScriptedBackend backend = Stage.AddBackend();
        var health = new HealthOptions { Type = type, Interval = TimeSpan.FromSeconds(1) };
        if (type == HealthCheckType.Tcp)
        {
            // What is sent makes a connection of it, which the backend's program sees.
            health.Send = "hello";
        }

        await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint) with { Source = [Missing, First], Health = health });
        Peer probe = await Stage.AcceptAsync(backend);

        Assert.Equal(First, ((IPEndPoint)probe.Socket.RemoteEndPoint!).Address.ToString());
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task HealthChecks_HandshakeOnlyFromSources_FindTheBackendUp(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        var health = new HealthOptions { Type = HealthCheckType.Tcp, Interval = TimeSpan.FromSeconds(1), Rise = 1 };
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(backend.EndPoint) with { Source = [Missing, First], Health = health });

        await Waiting.UntilAsync(() => balancer.Backend(0).HealthState == HealthState.Up, "the backend is up");
    }

    /// <summary>A loopback address has no way to another host: nothing of that is the backend's doing.</summary>
    [RootTheory(Ip)]
    [MemberData(nameof(HealthChecks))]
    public async Task Source_WithoutAWayToTheBackend_HarmsNobody(TransportKind transport, HealthCheckType type)
    {
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        var health = new HealthOptions { Type = type, Interval = TimeSpan.FromSeconds(1), Fall = 1 };
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(new IPEndPoint(network.Inside, 80)) with { Source = [First], Health = health });
        await Waiting.UntilAsync(() => balancer.Backend(0).LastProbe is not null, "the backend was to be probed");
        Peer client = await Stage.ConnectAsync(balancer);

        Assert.NotEqual(PeerEnd.Open, (await client.ReceiveToEndAsync()).End);
        Assert.Equal(ProbeCause.NotProbed, balancer.Backend(0).LastProbe!.Cause);
        await balancer.WaitForOnlyCloseAsync(CloseReason.ResourceExhausted);
        Assert.Equal((1L, 0L), (balancer.Backend(0).SourceFailures, balancer.Backend(0).ConnectFailures));
        Assert.NotEqual(HealthState.Down, balancer.Backend(0).HealthState);
    }

    [RootTheory(Ip, Sysctl)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task PortsRunOut_WithTwoSources_TwiceAsManyFitThenTheNextBackendServes(TransportKind transport)
    {
        const int Ports = 50;
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        await network.RunAsync(Sysctl, "-w", "net.ipv4.ip_local_port_range=40000 40049");
        string second = (await network.AddAddressAsync(System.Net.Sockets.AddressFamily.InterNetwork)).ToString();
        ScriptedBackend full = Stage.AddBackend(network.Outside);
        ScriptedBackend next = Stage.AddBackend(network.Outside);
        BalancerSettings settings = BalancerSettings.For(full.EndPoint, next.EndPoint) with
        {
            Bind = $"{network.Inside}:8000",
            Source = [network.Inside.ToString(), second],
        };
        EngineProcess engine = await Stage.StartEngineProcessAsync(transport, settings, network.Launcher);
        for (int pair = 0; pair < 2 * Ports; pair++)
        {
            await Stage.OpenPairAsync(engine, full, pair);
        }

        (Peer client, Peer server) = await Stage.OpenPairAsync(engine, next, 2 * Ports);
        await client.SendAsync(1000);
        await server.ReceiveAsync(1000);

        EngineReport report = await engine.ReportAsync();
        Assert.Equal([0L, 0L], report.ConnectFailures);
        Assert.Equal([2 * Ports, 1], report.BackendActive);
        Assert.InRange(report.SourceFailures[0], 2, 2 * Ports);
        Assert.Contains("no free port", await engine.Child.WaitForLineAsync(EngineProcessProgram.LogPrefix + SourceFailed), StringComparison.Ordinal);
    }

    public static TheoryData<TransportKind, HealthCheckType> HealthChecks() => Transports.BothWith(HealthCheckType.Tcp, HealthCheckType.Http);
}
