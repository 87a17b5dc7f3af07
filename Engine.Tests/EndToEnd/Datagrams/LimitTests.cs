// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>One flow more than is allowed.</summary>
public sealed class LimitTests : EndToEndTest
{
    private const int Limit = 3;

    /// <summary>A transport, and how its limit of <see cref="Limit"/> is set: at the process or at the listener.</summary>
    public static TheoryData<TransportKind, bool> BothLimits { get; } = Transports.BothWith(true, false);

    [Theory]
    [MemberData(nameof(BothLimits))]
    public async Task OneTooMany_AllAnswered_IsDroppedAndTheOthersLiveOn(TransportKind transport, bool atProcess)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(backend.EndPoint, atProcess));
        List<DatagramClient> clients = await FillAsync(balancer);

        DatagramClient late = Stage.AddClient(balancer, Limit);
        await late.SendAsync(Datagram.Create(Limit, 0, 100));
        await Waiting.UntilAsync(() => balancer.Dropped(DropReason.Rejected) == 1, "the datagram of one client too many is dropped");
        await late.EnsureSilenceAsync();

        Assert.Equal(1, balancer.Rejected(atProcess ? RejectReason.ProcessLimit : RejectReason.ListenerLimit));
        Assert.Empty(balancer.Status.Closed);
        foreach (DatagramClient client in clients)
        {
            await client.EchoAsync(1);
        }
    }

    [Theory]
    [MemberData(nameof(BothLimits))]
    public async Task OneTooMany_SomeUnanswered_TheOldestOfTheseMakesRoom(TransportKind transport, bool atProcess)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(backend.EndPoint, atProcess) with { Reactors = 1 });
        DatagramClient[] clients = [.. Enumerable.Range(0, Limit + 1).Select(i => Stage.AddClient(balancer, i))];
        var arrived = new List<ReceivedDatagram>();
        for (int i = 0; i < Limit; i++)
        {
            await clients[i].SendAsync(Datagram.Create(i, 0, 100));
            arrived.Add(await backend.ReceiveFromAsync());
        }

        // The first has its reply, so that the second is the oldest without one.
        await backend.SendToAsync(arrived[0].Payload, arrived[0].From);
        await clients[0].ReceiveAsync();
        await clients[Limit].SendAsync(Datagram.Create(Limit, 0, 100));
        ReceivedDatagram late = await backend.EchoAsync();
        await clients[Limit].ReceiveAsync();

        Assert.Equal(new Dictionary<CloseReason, long> { [CloseReason.Evicted] = 1 }, new Dictionary<CloseReason, long>(balancer.Status.Closed));
        Assert.Empty(balancer.Status.Rejected);
        Assert.Equal(Limit, balancer.Status.ActiveConnections);
        HashSet<IPEndPoint> expected = [clients[0].EndPoint, clients[2].EndPoint, clients[Limit].EndPoint];
        Assert.Equal(expected, [.. balancer.Engine.GetConnections().Select(row => row.Client)]);
        Assert.Equal(Datagram.Create(Limit, 0, 100), late.Payload);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task OneTooMany_OfOneClient_IsDroppedWhileOthersAreServed(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.ForDatagrams(backend.EndPoint) with { MaxConnectionsPerClient = Limit });
        await FillAsync(balancer);

        DatagramClient late = Stage.AddClient(balancer, Limit);
        await late.SendAsync(Datagram.Create(Limit, 0, 100));
        await Waiting.UntilAsync(() => balancer.Rejected(RejectReason.ClientLimit) == 1, "one port too many of a client is turned away");
        await Stage.AddClient(balancer, 9, IPAddress.Parse("127.0.0.2")).EchoAsync();

        Assert.False(late.HasPending);
        Assert.Equal(1, balancer.Dropped(DropReason.Rejected));
        Assert.Equal(1, balancer.Datagrams.Dropped);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task OneTooMany_ForABackend_GoesToTheOtherAndThenNowhere(TransportKind transport)
    {
        DatagramEcho first = Stage.AddDatagramEcho();
        DatagramEcho second = Stage.AddDatagramEcho();
        var settings = new BalancerSettings
        {
            Protocol = ListenerProtocol.Udp,
            Backends = [new("first", first.EndPoint.ToString(), MaxConnections: Limit), new("second", second.EndPoint.ToString(), MaxConnections: 1)],
        };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        await FillAsync(balancer);

        await Stage.AddClient(balancer, Limit).EchoAsync();
        await Stage.AddClient(balancer, Limit + 1).SendAsync(Datagram.Create(Limit + 1, 0, 100));
        await Waiting.UntilAsync(() => balancer.Rejected(RejectReason.NoBackend) == 1, "a flow for which no backend has room is turned away");

        Assert.Equal((Limit, 1), (first.Received.Count, second.Received.Count));
        Assert.Equal(Limit + 1, balancer.Status.ActiveConnections);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Drain_LiveFlowGoesOn_NewOneIsTurnedAway(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.ForDatagrams(backend.EndPoint) with { IdleTimeout = TimeSpan.FromSeconds(1) });
        DatagramClient live = Stage.AddClient(balancer, 1);
        await live.EchoAsync();

        Task drained = balancer.Engine.DrainAsync();
        DatagramClient late = Stage.AddClient(balancer, 2);
        await late.SendAsync(Datagram.Create(2, 0, 100));
        await Waiting.UntilAsync(() => balancer.Rejected(RejectReason.Draining) == 1, "a new flow is turned away");
        await live.EchoAsync(1);

        Assert.False(late.HasPending);
        await Waiting.ForAllAsync("the drain to end with the last flow", Waiting.DefaultLimit, drained);
        Assert.Equal(1, balancer.Closed(CloseReason.IdleTimeout));
    }

    private static BalancerSettings Settings(IPEndPoint backend, bool atProcess) =>
        BalancerSettings.ForDatagrams(backend) with
        {
            MaxConnections = atProcess ? Limit : 0,
            ListenerMaxConnections = atProcess ? 0 : Limit,
        };

    private async Task<List<DatagramClient>> FillAsync(IBalancer balancer)
    {
        var clients = new List<DatagramClient>();
        for (int i = 0; i < Limit; i++)
        {
            clients.Add(Stage.AddClient(balancer, i));
            await clients[i].EchoAsync();
        }

        return clients;
    }
}
