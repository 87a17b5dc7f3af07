// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Scheduling;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Life;

/// <summary>Where connections go, over real sockets.</summary>
public sealed class PlacementTests : EndToEndTest
{
    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Connect_BackendNeverAnswers_TheNextServesAfterTheTimeout(TransportKind transport)
    {
        ScriptedBackend silent = Stage.AddBackend(backlog: 0);
        ScriptedBackend second = Stage.AddBackend();
        await silent.FillBacklogAsync();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.For(silent.EndPoint, second.EndPoint) with { ConnectTimeout = TimeSpan.FromMilliseconds(300) });

        Peer client = await Stage.ConnectAsync(balancer);
        await client.SendAsync(1000);
        Peer server = await Stage.AcceptAsync(second);
        await server.ReceiveAsync(1000);

        Assert.Equal((1, 0), (balancer.Backend(0).ConnectFailures, balancer.Backend(0).ActiveConnections));
        Assert.Equal(1, balancer.Backend(1).ActiveConnections);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Connect_NobodyEverAnswers_EndsAsConnectTimeoutWithReset(TransportKind transport)
    {
        ScriptedBackend silent = Stage.AddBackend(backlog: 0);
        await silent.FillBacklogAsync();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.For(silent.EndPoint) with { ConnectTimeout = TimeSpan.FromMilliseconds(300) });

        Peer client = await Stage.ConnectAsync(balancer);

        Assert.Equal(PeerEnd.Rst, (await client.ReceiveToEndAsync()).End);
        await balancer.WaitForOnlyCloseAsync(CloseReason.ConnectTimeout);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Connect_MoreRefusingBackendsThanAttempts_GivesUpAfterTheAttempts(TransportKind transport)
    {
        using var closed = new ClosedPort();
        using var closedToo = new ClosedPort();
        ScriptedBackend never = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.For(closed.EndPoint, closedToo.EndPoint, never.EndPoint) with { ConnectAttempts = 2 });

        Peer client = await Stage.ConnectAsync(balancer);

        Assert.Equal(PeerEnd.Rst, (await client.ReceiveToEndAsync()).End);
        await balancer.WaitForOnlyCloseAsync(CloseReason.ConnectFailed);
        Assert.Equal((1, 1), (balancer.Backend(0).ConnectFailures, balancer.Backend(1).ConnectFailures));
        Assert.Equal(0, balancer.Backend(2).TotalConnections);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Affinity_ManyConnectionsOfTwoClients_EachClientMeetsOneBackend(TransportKind transport)
    {
        const int Rounds = 6;
        ScriptedBackend first = Stage.AddBackend();
        ScriptedBackend second = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.For(first.EndPoint, second.EndPoint) with
            {
                Scheduler = SchedulerNames.SmoothWeightedRoundRobin,
                Affinity = new AffinityOptions(),
            });

        for (int i = 0; i < Rounds; i++)
        {
            Stage.Own(await Peer.ConnectAsync(balancer.EndPoint, 2 * i, from: IPAddress.Parse("127.0.0.1")));
            Stage.Own(await Peer.ConnectAsync(balancer.EndPoint, (2 * i) + 1, from: IPAddress.Parse("127.0.0.2")));
        }

        await Waiting.UntilAsync(() => balancer.Status.ActiveConnections == 2 * Rounds, "all clients are placed");
        ConnectionStatus[] live = [.. balancer.Engine.GetConnections()];
        string[] backends = [.. live.GroupBy(c => c.Client.Address.ToString()).Select(group => group.Select(c => c.Backend).Distinct().Single())];
        Assert.Equal(2, backends.Distinct().Count());
        Assert.Equal(2, balancer.Status.Pools[0].AffinityEntries);
    }

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task GetConnections_OneLives_ShowsItsEndsItsBytesAndItsPhase(TransportKind transport, string address)
    {
        var own = IPAddress.Parse(address);
        ScriptedBackend backend = Stage.AddBackend(own);
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(backend.EndPoint) with { Bind = new IPEndPoint(own, 0).ToString() });
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend);
        await client.SendAsync(300);
        await server.ReceiveAsync(300);
        await server.SendAsync(70_000);
        await client.ReceiveAsync(70_000);
        client.HalfClose();
        await server.ReceiveToEndAsync();
        await Waiting.UntilAsync(() => balancer.Engine.GetConnections().Single().Phase == ConnectionPhase.HalfClosed, "the connection is half-closed");

        ConnectionStatus seen = Assert.Single(balancer.Engine.GetConnections());

        Assert.Equal(client.Socket.LocalEndPoint, seen.Client);
        Assert.Equal(("web", "site", "b0", 300L, 70_000L), (seen.Listener, seen.Pool, seen.Backend, seen.BytesToBackend, seen.BytesToClient));
        Assert.InRange(seen.Age, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.InRange(seen.IdleTime, TimeSpan.Zero, seen.Age);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Scheduler_ThatThrows_CostsEachClientItsPlaceAndNothingElse(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        await using LoadBalancer engine = new LoadBalancerBuilder()
            .Configure((BalancerSettings.For(backend.EndPoint) with { Scheduler = "broken" }).ToOptions(transport))
            .AddScheduler("broken", _ => new ThrowingScheduler())
            .Build();
        await engine.StartAsync();

        for (int i = 0; i < 3; i++)
        {
            Peer client = Stage.Own(await Peer.ConnectAsync(engine.GetStatus().Listeners[0].EndPoint, i));
            Assert.Equal(PeerEnd.Rst, (await client.ReceiveToEndAsync()).End);
        }

        Assert.Equal(3, engine.GetStatus().Rejected[RejectReason.NoBackend]);
        Assert.Equal(0, engine.GetStatus().ActiveConnections);
        Assert.Equal(0, engine.GetStatus().Listeners[0].ActiveConnections);
    }

    private sealed class ThrowingScheduler : IBackendScheduler
    {
        public int SelectBackend(in SchedulingContext context) => throw new InvalidOperationException("A defect of somebody else.");
    }
}
