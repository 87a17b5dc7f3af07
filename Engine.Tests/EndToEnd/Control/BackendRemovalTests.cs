// SPDX-License-Identifier: MIT
using System.Diagnostics;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Control;

/// <summary>Backends that leave while clients are there, by the configuration or by the operator.</summary>
public sealed class BackendRemovalTests : EndToEndTest
{
    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_BackendRemoved_KeepsItsConnectionsUntilTheDeadlineAndThenBothEndsSeeTheEnd(TransportKind transport)
    {
        var drain = new DrainOptions { Timeout = TimeSpan.FromMilliseconds(1500), Spread = TimeSpan.Zero };
        ScriptedBackend leaving = Stage.AddBackend();
        ScriptedBackend staying = Stage.AddBackend();
        BalancerSettings settings = BalancerSettings.For(leaving.EndPoint, staying.EndPoint) with { Drain = drain };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, leaving);

        long start = Stopwatch.GetTimestamp();
        await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.Pools["site"].Backends.Remove("b0")));
        await client.SendAsync(1000);
        await server.ReceiveAsync(1000);
        (Peer late, Peer other) = await Stage.OpenPairAsync(balancer, staying, 1);
        PeerEnd[] ends = [(await client.ReceiveToEndAsync()).End, (await server.ReceiveToEndAsync()).End];
        TimeSpan lived = Stopwatch.GetElapsedTime(start);
        await late.SendAsync(1000);
        await other.ReceiveAsync(1000);

        Assert.Equal([PeerEnd.Fin, PeerEnd.Fin], ends);
        Assert.InRange(lived, drain.Timeout - TimeSpan.FromMilliseconds(50), Waiting.DefaultLimit);
        await balancer.WaitForOnlyCloseAsync(CloseReason.Drained);
        Assert.Equal(("b1", 1), (Assert.Single(balancer.Status.Pools[0].Backends).Name, balancer.Status.ActiveConnections));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_AddressOfABackendChanged_NewClientsGoThereAndOldOnesStay(TransportKind transport)
    {
        StreamEcho[] echoes = [Stage.AddStreamEcho(), Stage.AddStreamEcho()];
        BalancerSettings settings = BalancerSettings.For(echoes[0].EndPoint);
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        EchoPeer client = Stage.Own(await EchoPeer.ConnectAsync(balancer.EndPoint));
        await client.EchoAsync();

        await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.Pools["site"].Backends["b0"].Address = echoes[1].EndPoint.ToString()));
        EchoPeer late = Stage.Own(await EchoPeer.ConnectAsync(balancer.EndPoint, 1));
        await late.EchoAsync();
        await client.EchoAsync();

        Assert.Equal([1, 1], echoes.Select(echo => echo.Accepted));
        Assert.Equal((echoes[1].EndPoint, 1), (balancer.Backend(0).EndPoint, balancer.Backend(0).ActiveConnections));
        Assert.Equal(2, balancer.Engine.GetConnections().Count());
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_BackendOfFlowsRemoved_ActiveOnesMoveAndSilentOnesAreDrained(TransportKind transport)
    {
        (EngineBalancer balancer, BalancerSettings settings, DatagramEcho[] echoes) = await StartFlowsAsync(
            transport,
            new DrainOptions { Timeout = TimeSpan.FromMilliseconds(1000), Spread = TimeSpan.Zero });
        DatagramClient active = Stage.AddClient(balancer);
        DatagramClient silent = Stage.AddClient(balancer, 1);
        await active.EchoAsync();
        await silent.EchoAsync();

        await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.Pools["site"].Backends.Remove("b0")));
        await active.EchoAsync(1);
        await Waiting.UntilAsync(() => balancer.Closed(CloseReason.Drained) == 1, "the silent flow is closed at the deadline");
        await active.EchoAsync(2);

        Assert.Equal((2, 1), (echoes[0].Received.Count, echoes[1].Received.Count));
        Assert.Equal((1L, 1L, 1), (balancer.Closed(CloseReason.BackendLeft), balancer.Closed(CloseReason.Drained), balancer.Status.ActiveConnections));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task SetBackendStateAsync_DrainingThenMaintenance_FlowsStayAndThenMove(TransportKind transport)
    {
        (EngineBalancer balancer, _, DatagramEcho[] echoes) = await StartFlowsAsync(transport, new DrainOptions());
        DatagramClient old = Stage.AddClient(balancer);
        await old.EchoAsync();

        await balancer.Engine.SetBackendStateAsync("site", "b0", OperatorState.Draining);
        await old.EchoAsync(1);
        await Stage.AddClient(balancer, 1).EchoAsync();
        int[] whileDraining = [.. echoes.Select(echo => echo.Received.Values.Sum())];
        await balancer.Engine.SetBackendStateAsync("site", "b0", OperatorState.Maintenance);
        await old.EchoAsync(2);
        await balancer.Engine.SetBackendStateAsync("site", "b0", OperatorState.Ready);
        await Stage.AddClient(balancer, 2).EchoAsync();

        Assert.Equal([2, 1], whileDraining);
        Assert.Equal([3, 2], echoes.Select(echo => echo.Received.Values.Sum()));
        Assert.Equal(1, balancer.Closed(CloseReason.BackendLeft));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task SetBackendStateAsync_Maintenance_TcpConnectionsGoOn(TransportKind transport)
    {
        StreamEcho[] echoes = [Stage.AddStreamEcho(), Stage.AddStreamEcho()];
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(echoes[0].EndPoint, echoes[1].EndPoint));
        EchoPeer client = Stage.Own(await EchoPeer.ConnectAsync(balancer.EndPoint));
        await client.EchoAsync();

        await balancer.Engine.SetBackendStateAsync("site", "b0", OperatorState.Maintenance);
        EchoPeer late = Stage.Own(await EchoPeer.ConnectAsync(balancer.EndPoint, 1));
        await late.EchoAsync();
        await client.EchoAsync(100_000);

        Assert.Equal([1, 1], echoes.Select(echo => echo.Live));
    }

    private async Task<(EngineBalancer Balancer, BalancerSettings Settings, DatagramEcho[] Echoes)> StartFlowsAsync(TransportKind transport, DrainOptions drain)
    {
        DatagramEcho[] echoes = [Stage.AddDatagramEcho(), Stage.AddDatagramEcho()];
        BalancerSettings settings = BalancerSettings.ForDatagrams(echoes[0].EndPoint, echoes[1].EndPoint) with { Drain = drain };
        return (await Stage.StartEngineAsync(transport, settings), settings, echoes);
    }
}
