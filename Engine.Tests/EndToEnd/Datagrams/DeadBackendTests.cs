// SPDX-License-Identifier: MIT
using System.Net;
using System.Runtime.ExceptionServices;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Scheduling;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>The backend's host answers that nothing listens there.</summary>
public sealed class DeadBackendTests : EndToEndTest
{
    private const string Scheduler = SchedulerNames.SmoothWeightedRoundRobin;

    /// <summary>The longest first datagram that is kept for another backend, and one that is not.</summary>
    public static TheoryData<TransportKind, int> BothLengths { get; } = Transports.BothWith(FlowStory.MaxKeptBytes, FlowStory.MaxKeptBytes + 1);

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task FirstDatagram_BackendIsDead_IsAnsweredByAnother(TransportKind transport, string address)
    {
        const int Clients = 20;
        var own = IPAddress.Parse(address);
        HeldDatagramPort dead = Stage.Own(new HeldDatagramPort(own));
        DatagramEcho alive = Stage.AddDatagramEcho(own);
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(own, dead.EndPoint, alive.EndPoint));

        for (int i = 0; i < Clients; i++)
        {
            await Stage.AddClient(balancer, i).EchoAsync();
        }

        Assert.Empty(balancer.Status.Dropped);
        Assert.Equal((0, Clients), (balancer.Backend(0).ActiveConnections, balancer.Backend(1).ActiveConnections));
        Assert.InRange(balancer.Backend(0).ConnectFailures, 1, Clients);

        // A flow that moves is one flow, and its first datagram was passed on once.
        Assert.Empty(balancer.Status.Closed);
        Assert.Equal(Clients, balancer.Status.Listeners[0].AcceptedConnections);
        await Waiting.UntilAsync(() => balancer.Datagrams.ToClients == Clients, "all replies are counted");
        Assert.Equal(Clients, balancer.Datagrams.ToBackends);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task FirstDatagram_AllBackendsDead_IsDroppedOnceAndNobodyLoops(TransportKind transport)
    {
        HeldDatagramPort[] dead = [.. Enumerable.Range(0, 5).Select(_ => Stage.Own(new HeldDatagramPort()))];
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            Settings(IPAddress.Loopback, [.. dead.Select(port => port.EndPoint)]) with { ConnectAttempts = 3 });

        await Stage.AddClient(balancer).SendAsync(Datagram.Create(0, 0, 100));
        await Waiting.UntilAsync(() => balancer.Status.Dropped.Values.Sum() > 0, "the datagram is dropped");
        await balancer.WaitForNothingAsync();

        Assert.Equal([1, 1, 1, 0, 0], balancer.Status.Pools[0].Backends.Select(backend => backend.ConnectFailures));
        Assert.Equal(1, balancer.Closed(CloseReason.BackendRefused));
        Assert.Equal(1, balancer.Dropped(DropReason.Refused));
    }

    [Theory]
    [MemberData(nameof(BothLengths))]
    public async Task FirstDatagram_OfAFrameOrLonger_GoesElsewhereOrIsLost(TransportKind transport, int length)
    {
        HeldDatagramPort[] dead = [.. Enumerable.Range(0, 2).Select(_ => Stage.Own(new HeldDatagramPort()))];
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(IPAddress.Loopback, [.. dead.Select(port => port.EndPoint)]));

        await Stage.AddClient(balancer).SendAsync(Datagram.Create(0, 0, length));
        await Waiting.UntilAsync(() => balancer.Dropped(DropReason.Refused) > 0, "the datagram is lost at last");
        await balancer.WaitForNothingAsync();

        int expected = length > FlowStory.MaxKeptBytes ? 1 : 2;
        Assert.Equal(expected, balancer.Status.Pools[0].Backends.Sum(backend => backend.ConnectFailures));
        Assert.Equal((1, 1), (balancer.Closed(CloseReason.BackendRefused), balancer.Dropped(DropReason.Refused)));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task LiveFlow_BackendDies_EndsRefusedAndTheNextDatagramFindsAnother(TransportKind transport)
    {
        DatagramEcho mortal = Stage.AddDatagramEcho();
        DatagramEcho other = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(IPAddress.Loopback, mortal.EndPoint, other.EndPoint));
        DatagramClient client = Stage.AddClient(balancer);
        await client.EchoAsync();
        mortal.Kill();

        // This one finds out; the flow has been answered, so that nobody kept a copy.
        await client.SendAsync(Datagram.Create(0, 1, 100));
        await balancer.WaitForOnlyCloseAsync(CloseReason.BackendRefused);
        await client.EchoAsync(2);

        Assert.Equal((1, 1), (mortal.Received.Count, other.Received.Count));
        Assert.Equal(0, balancer.Backend(0).ActiveConnections);
        Assert.Equal(1, balancer.Dropped(DropReason.Refused));
        Assert.Equal(1, balancer.Status.Dropped.Values.Sum());
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Backend_DiesAndReturns_ServesAgain(TransportKind transport)
    {
        DatagramEcho only = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(IPAddress.Loopback, only.EndPoint));
        DatagramClient client = Stage.AddClient(balancer);
        await client.EchoAsync();

        for (int round = 1; round <= 5; round++)
        {
            only.Kill();
            await client.SendAsync(Datagram.Create(0, 1000, 100));
            await Waiting.UntilAsync(() => balancer.Closed(CloseReason.BackendRefused) == round, "the flow ends", null);
            only.Restart();
            await client.EchoAsync(round);
        }

        Assert.Equal(1, balancer.Status.ActiveConnections);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task DeadBackend_OnceFound_IsLeftOutUntilItReturns(TransportKind transport)
    {
        const int Clients = 40;
        DatagramEcho mortal = Stage.AddDatagramEcho();
        DatagramEcho other = Stage.AddDatagramEcho();
        mortal.Kill();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            Settings(IPAddress.Loopback, mortal.EndPoint, other.EndPoint) with { Scheduler = Scheduler });
        await Stage.AddClient(balancer, 0).EchoAsync();
        await Stage.AddClient(balancer, 1).EchoAsync();
        await Waiting.UntilAsync(() => balancer.Backend(0).IsEjected, "the dead backend is left out");
        long failures = balancer.Backend(0).ConnectFailures;

        for (int i = 0; i < Clients; i++)
        {
            await Stage.AddClient(balancer, i).EchoAsync();
        }

        Assert.Equal((failures, Clients + 2), (balancer.Backend(0).ConnectFailures, other.Received.Count));
        mortal.Restart();
        await Waiting.UntilAsync(() => !balancer.Backend(0).IsEjected, "the backend is taken back");
        for (int i = 0; i < Clients; i++)
        {
            await Stage.AddClient(balancer, i).EchoAsync();
        }

        Assert.Equal((Clients / 2, (Clients * 3 / 2) + 2), (mortal.Received.Count, other.Received.Count));
        Assert.Empty(balancer.Status.Dropped);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ManyRefusals_OfTheOnlyBackend_ThrowNoException(TransportKind transport)
    {
        const int Clients = 300;
        HeldDatagramPort dead = Stage.Own(new HeldDatagramPort());
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(IPAddress.Loopback, dead.EndPoint));
        DatagramClient[] clients = [.. Enumerable.Range(0, Clients).Select(i => Stage.AddClient(balancer, i))];
        int thrown = 0;
        void Count(object? sender, FirstChanceExceptionEventArgs e) => Interlocked.Increment(ref thrown);
        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            foreach (DatagramClient client in clients)
            {
                await client.SendAsync(Datagram.Create(client.Number, 0, 100));
            }

            await Waiting.UntilAsync(() => balancer.Status.Dropped.Values.Sum() == Clients, "every datagram is dropped", null, () => balancer.DescribeAsync().Result);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }

        Assert.Equal(0, thrown);
        await balancer.WaitForOnlyCloseAsync(CloseReason.BackendRefused, Clients);
        await balancer.WaitForNothingAsync();
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ManyFlows_EndedByIcmpAndByTimeout_LeaveNothingBehind(TransportKind transport)
    {
        const int Clients = 300;
        DatagramEcho mortal = Stage.AddDatagramEcho();
        DatagramBackend silent = Stage.AddDatagramBackend();
        var settings = new BalancerSettings
        {
            Protocol = ListenerProtocol.Udp,
            Scheduler = Scheduler,
            IdleTimeout = TimeSpan.FromSeconds(2),
            UnansweredTimeout = TimeSpan.FromSeconds(1),
            Backends = [new("mortal", mortal.EndPoint.ToString()), new("silent", silent.EndPoint.ToString())],
        };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        DatagramClient[] clients = [.. Enumerable.Range(0, Clients).Select(i => Stage.AddClient(balancer, i))];
        int before = OpenDescriptors.CountSockets();

        foreach (DatagramClient client in clients)
        {
            await client.SendAsync(Datagram.Create(client.Number, 0, 100));
        }

        await Waiting.UntilAsync(
            () => balancer.Status.ActiveConnections == Clients && clients.Count(client => client.HasPending) == Clients / 2,
            "every client has its flow and every second one its reply");
        Assert.Equal(before + Clients, OpenDescriptors.CountSockets());
        mortal.Kill();
        foreach (DatagramClient client in clients)
        {
            await client.SendAsync(Datagram.Create(client.Number, 1, 100));
        }

        await Waiting.UntilAsync(
            () => balancer.Closed(CloseReason.BackendRefused) + balancer.Closed(CloseReason.BackendLeft) >= Clients / 2,
            "flows of the dead backend end",
            null,
            () => string.Join(", ", balancer.Status.Closed));
        Assert.InRange(balancer.Closed(CloseReason.BackendRefused), 1, Clients / 2);
        await balancer.WaitForNothingAsync();

        // The backend's own socket is gone, and those of all flows.
        Assert.Equal(before - 1, OpenDescriptors.CountSockets());
        Assert.InRange(balancer.Closed(CloseReason.Unanswered), Clients / 2, Clients);
    }

    private static BalancerSettings Settings(IPAddress own, params ReadOnlySpan<IPEndPoint> backends) =>
        BalancerSettings.ForDatagrams(backends) with { Bind = new IPEndPoint(own, 0).ToString() };
}
