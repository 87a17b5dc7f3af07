// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Scheduling;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>Flows that end by count (<c>responses</c>, <c>requests</c>) or by time.</summary>
public sealed class FlowLimitTests : EndToEndTest
{
    private const int Queries = 16;

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Responses1_OneQuery_FlowEndsCompletedWithItsReply(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.ForDatagrams(backend.EndPoint) with { Responses = 1 });

        await Stage.AddClient(balancer).EchoAsync();

        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
        await balancer.WaitForNothingAsync();
        Assert.Empty(balancer.Status.Dropped);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Responses1_QueriesInFlightOverOnePort_EachGetsItsReply(TransportKind transport)
    {
        EngineBalancer? balancer = null;

        await CheckInFlightAsync(async settings => balancer = await Stage.StartEngineAsync(transport, settings));

        await balancer!.WaitForNothingAsync();
        Assert.Equal([CloseReason.Completed], balancer.Status.Closed.Keys);
        Assert.Empty(balancer.Status.Dropped);
    }

    [PeerTheory(NginxBalancer.Program, NginxBalancer.StreamModule)]
    [InlineData(BalancerKind.Nginx)]
    public Task Responses1_QueriesInFlightOverOnePort_EachGetsItsReplyThroughNginx(BalancerKind kind) =>
        CheckInFlightAsync(settings => Stage.StartAsync(kind, settings));

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Responses2_OneQuery_FlowLivesUntilTheSecondReply(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.ForDatagrams(backend.EndPoint) with { Responses = 2 });
        DatagramClient client = Stage.AddClient(balancer);
        await client.SendAsync(Datagram.Create(1, 0, 50));

        ReceivedDatagram query = await backend.EchoAsync();
        await client.ReceiveAsync();
        Assert.Equal(1, balancer.Status.ActiveConnections);
        await backend.SendToAsync(query.Payload, query.From);
        await client.ReceiveAsync();

        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Requests1_DatagramsOfOnePort_AreBalancedOneByOneAndAnsweredAll(TransportKind transport)
    {
        EngineBalancer? balancer = null;

        await CheckPerDatagramAsync(async settings => balancer = await Stage.StartEngineAsync(transport, settings));

        await Waiting.UntilAsync(() => balancer!.Datagrams.ToClients == Queries, "all replies are counted");
        Assert.Equal(Queries, balancer!.Status.Listeners[0].AcceptedConnections);
        Assert.Empty(balancer.Status.Dropped);
    }

    [PeerTheory(NginxBalancer.Program, NginxBalancer.StreamModule)]
    [InlineData(BalancerKind.Nginx)]
    public Task Requests1_DatagramsOfOnePort_AreBalancedOneByOneThroughNginx(BalancerKind kind) =>
        CheckPerDatagramAsync(settings => Stage.StartAsync(kind, settings));

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Requests1Responses1_ManyQueriesAtOnce_NoFlowIsLeftOver(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.ForDatagrams(backend.EndPoint) with { Requests = 1, Responses = 1 });

        await AskAllAsync(Stage.AddClient(balancer));

        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed, Queries);
        await balancer.WaitForNothingAsync();
        Assert.Equal(Queries, backend.Received.Count);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Requests3_SevenDatagrams_AreThreeFlows(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.ForDatagrams(backend.EndPoint) with { Requests = 3 });
        DatagramClient client = Stage.AddClient(balancer);

        var seen = new List<IPEndPoint>();
        for (int i = 0; i < 7; i++)
        {
            await client.SendAsync(Datagram.Create(0, i, 100));
            seen.Add((await backend.EchoAsync()).From);
            Assert.Equal(Datagram.Create(0, i, 100), await client.ReceiveAsync());
        }

        Assert.Equal([3, 3, 1], seen.GroupBy(from => from).Select(group => group.Count()));
        Assert.Equal(3, balancer.Status.ActiveConnections);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Requests2_TableFullOfAFlood_FloodMakesRoomAndTheOldFlowStillGetsItsReply(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.ForDatagrams(backend.EndPoint) with { Requests = 2, MaxConnections = 3, Reactors = 1 });
        DatagramClient client = Stage.AddClient(balancer, 1);
        await client.SendAsync(Datagram.Create(1, 0, 100));
        ReceivedDatagram first = await backend.EchoAsync();
        await client.ReceiveAsync();
        for (int i = 2; i < 4; i++)
        {
            await Stage.AddClient(balancer, i).SendAsync(Datagram.Create(i, 0, 100));
            await backend.ReceiveFromAsync();
        }

        await client.SendAsync(Datagram.Create(1, 1, 100));
        ReceivedDatagram second = await backend.ReceiveFromAsync();
        await client.SendAsync(Datagram.Create(1, 2, 100));
        ReceivedDatagram third = await backend.EchoAsync();
        Assert.Equal(third.Payload, await client.ReceiveAsync());
        await backend.SendToAsync(second.Payload, first.From);

        Assert.Equal(second.Payload, await client.ReceiveAsync());
        Assert.Equal(first.From, second.From);
        Assert.NotEqual(first.From, third.From);
        Assert.Equal((1, 3), (balancer.Closed(CloseReason.Evicted), balancer.Status.ActiveConnections));
        Assert.Empty(balancer.Status.Dropped);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Requests2_TableFullOfItsOwnAnsweredFlow_NextDatagramTakesItsPlace(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.ForDatagrams(backend.EndPoint) with { Requests = 2, MaxConnections = 1, Reactors = 1 });
        DatagramClient client = Stage.AddClient(balancer);

        var seen = new List<IPEndPoint>();
        for (int i = 0; i < 5; i++)
        {
            await client.SendAsync(Datagram.Create(0, i, 100));
            seen.Add((await backend.EchoAsync()).From);
            Assert.Equal(Datagram.Create(0, i, 100), await client.ReceiveAsync());
        }

        Assert.Equal([2, 2, 1], seen.GroupBy(from => from).Select(group => group.Count()));
        Assert.Equal((2, 1), (balancer.Closed(CloseReason.Evicted), balancer.Status.ActiveConnections));
        Assert.Empty(balancer.Status.Dropped);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Timeouts_AnsweredAndUnanswered_EachEndsForItsReason(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Short(backend.EndPoint));
        DatagramClient answered = Stage.AddClient(balancer, 1);
        await answered.SendAsync(Datagram.Create(1, 0, 100));
        await backend.EchoAsync();
        await answered.ReceiveAsync();
        await Stage.AddClient(balancer, 2).SendAsync(Datagram.Create(2, 0, 100));
        await backend.ReceiveFromAsync();
        long start = Environment.TickCount64;

        await balancer.WaitForNothingAsync();

        Assert.InRange(Environment.TickCount64 - start, 700, 8000);
        Assert.Equal((1, 1), (balancer.Closed(CloseReason.IdleTimeout), balancer.Closed(CloseReason.Unanswered)));
        Assert.Equal(2, balancer.Status.Closed.Values.Sum());
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Timeouts_TrafficFromOneSideOnly_KeepsTheFlowAlive(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Short(backend.EndPoint));
        DatagramClient sends = Stage.AddClient(balancer, 1);
        DatagramClient hears = Stage.AddClient(balancer, 2);
        await sends.SendAsync(Datagram.Create(1, 0, 100));
        await backend.EchoAsync();
        await hears.SendAsync(Datagram.Create(2, 0, 100));
        ReceivedDatagram heard = await backend.EchoAsync();

        // Two and a half idle time-outs.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (int i = 0; i < 25; i++)
        {
            await timer.WaitForNextTickAsync();
            await sends.SendAsync(Datagram.Create(1, i, 100));
            await backend.SendToAsync(heard.Payload, heard.From);
        }

        Assert.Empty(balancer.Status.Closed);
        Assert.Equal(2, balancer.Status.ActiveConnections);
    }

    private static BalancerSettings Short(IPEndPoint backend) =>
        BalancerSettings.ForDatagrams(backend) with { IdleTimeout = TimeSpan.FromSeconds(1), UnansweredTimeout = TimeSpan.FromSeconds(1) };

    /// <summary>All queries reach the backend before the first reply leaves it.</summary>
    private async Task CheckInFlightAsync(Func<BalancerSettings, Task<IBalancer>> startAsync)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        IBalancer balancer = await startAsync(BalancerSettings.ForDatagrams(backend.EndPoint) with { Responses = 1 });
        DatagramClient client = Stage.AddClient(balancer);
        var arrived = new List<ReceivedDatagram>();
        for (int i = 0; i < Queries; i++)
        {
            await client.SendAsync(Datagram.Create(5, i, 80));
            arrived.Add(await backend.ReceiveFromAsync());
        }

        foreach (ReceivedDatagram query in arrived)
        {
            await backend.SendToAsync(query.Payload, query.From);
            Assert.Equal(query.Payload, await client.ReceiveAsync());
        }
    }

    private async Task CheckPerDatagramAsync(Func<BalancerSettings, Task<IBalancer>> startAsync)
    {
        DatagramEcho first = Stage.AddDatagramEcho();
        DatagramEcho second = Stage.AddDatagramEcho();
        IBalancer balancer = await startAsync(
            BalancerSettings.ForDatagrams(first.EndPoint, second.EndPoint) with { Requests = 1, Scheduler = SchedulerNames.SmoothWeightedRoundRobin });

        await AskAllAsync(Stage.AddClient(balancer));

        Assert.Equal((Queries / 2, Queries / 2), (first.Received.Values.Sum(), second.Received.Values.Sum()));
    }

    /// <summary>All at once; replies of different flows may come in any order.</summary>
    private static async Task AskAllAsync(DatagramClient client)
    {
        for (int i = 0; i < Queries; i++)
        {
            await client.SendAsync(Datagram.Create(5, i, 80));
        }

        var missing = Enumerable.Range(0, Queries).Select(i => (long)i).ToHashSet();
        while (missing.Count > 0)
        {
            Assert.True(Datagram.TryRead(await client.ReceiveAsync(), out int flow, out long sequence));
            Assert.Equal(5, flow);
            Assert.True(missing.Remove(sequence), $"Reply {sequence} came twice.");
        }
    }
}
