// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Control;

/// <summary>UDP listeners that come, go, move and come back.</summary>
public sealed class DatagramListenerChangeTests : EndToEndTest
{
    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_ListenerAdded_ServesBesideTheOthers(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        BalancerSettings settings = BalancerSettings.ForDatagrams(backend.EndPoint);
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        DatagramClient old = Stage.AddClient(balancer);
        await old.EchoAsync();

        await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.AddListener("more", new IPEndPoint(IPAddress.Loopback, 0), ListenerProtocol.Udp)));
        DatagramClient client = Stage.Own(DatagramClient.Connect(balancer.EndPointOf("more"), 1));
        await client.EchoAsync();
        await old.EchoAsync(1);

        Assert.Equal([1, 1], balancer.Status.Listeners.Select(listener => listener.ActiveConnections));
    }

    /// <summary>The kernel spreads clients over the sockets of several reactors; those must not leave one by one.</summary>
    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_ListenerRemoved_LiveFlowsGoOnToTheLastAndNoneBegins(TransportKind transport)
    {
        const int Flows = 16;
        (EngineBalancer balancer, BalancerSettings settings, DatagramClient[] clients) = await StartAsync(transport, Flows);
        IPEndPoint port = balancer.EndPoint;

        await balancer.Engine.ApplyAsync(Elsewhere(settings, transport));
        DatagramClient late = Stage.Own(DatagramClient.Connect(port, Flows));
        await late.SendAsync(Datagram.Create(Flows, 0, 100));
        await Waiting.UntilAsync(() => balancer.Rejected(RejectReason.Draining) == 1, "the late client is turned away");
        for (int closed = 0; closed < Flows; closed++)
        {
            foreach (DatagramClient client in clients[closed..])
            {
                await client.EchoAsync(closed + 1);
            }

            Assert.False(Reloads.IsFree(port), "The port is free while flows live.");
            await CloseAsync(balancer, clients[closed]);
        }

        await Waiting.UntilAsync(() => Reloads.IsFree(port), "the port is free after the last flow");
        Assert.False(late.HasPending, "A flow began at a removed listener.");
        Assert.Equal(0, balancer.Dropped(DropReason.Rejected) - balancer.Rejected(RejectReason.Draining));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_ListenerRemovedAndItsFlowsTimeOut_PortIsFree(TransportKind transport)
    {
        (EngineBalancer balancer, BalancerSettings settings, _) = await StartAsync(transport, 8, TimeSpan.FromSeconds(1));
        IPEndPoint port = balancer.EndPoint;

        await balancer.Engine.ApplyAsync(Elsewhere(settings, transport));
        await Waiting.UntilAsync(() => Reloads.IsFree(port), "the port is free after the last flow", describe: () => balancer.DescribeAsync().Result);

        Assert.Equal(8, balancer.Closed(CloseReason.IdleTimeout));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_ListenerComesBackWhileItsFlowsLive_IsTheSameAgain(TransportKind transport)
    {
        const int Flows = 8;
        (EngineBalancer balancer, BalancerSettings settings, DatagramClient[] clients) = await StartAsync(transport, Flows);
        IPEndPoint port = balancer.EndPoint;

        for (int round = 1; round <= 5; round++)
        {
            await balancer.Engine.ApplyAsync(Elsewhere(settings, transport));
            await balancer.Engine.ApplyAsync(settings.ToOptions(transport));
            await Stage.Own(DatagramClient.Connect(port, Flows + round)).EchoAsync();
            foreach (DatagramClient client in clients)
            {
                await client.EchoAsync(round);
            }
        }

        ListenerStatus web = Assert.Single(balancer.Status.Listeners);
        Assert.Equal((port, (long)Flows + 5, Flows + 5), (web.EndPoint, web.AcceptedConnections, web.ActiveConnections));
    }

    /// <summary>Some of whom keep their port for ever, so that the pool of a listener that changes must not wait for their flows.</summary>
    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_AnotherPoolForTheListener_ClientsThatKeepTheirPortMoveAtOnce(TransportKind transport)
    {
        DatagramEcho blue = Stage.AddDatagramEcho();
        DatagramEcho green = Stage.AddDatagramEcho();
        BalancerSettings settings = BalancerSettings.ForDatagrams(blue.EndPoint) with { Others = [new("green", green.EndPoint.ToString())] };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        await balancer.Engine.ApplyAsync(settings.Change(transport, AddMore));
        DatagramClient stays = Stage.Own(DatagramClient.Connect(balancer.EndPointOf("more"), 1));
        DatagramClient moves = Stage.AddClient(balancer);
        await stays.EchoAsync();
        await moves.EchoAsync();

        for (int change = 1; change <= 4; change++)
        {
            string pool = change % 2 == 0 ? "site" : "other";
            await balancer.Engine.ApplyAsync(settings.Change(transport, options =>
            {
                AddMore(options);
                options.Listeners["web"].Pool = pool;
            }));
            await moves.EchoAsync(change);
            await stays.EchoAsync(change);

            Assert.Equal(pool, Assert.Single(balancer.Engine.GetConnections(), flow => flow.Listener == "web").Pool);
            Assert.Equal("site", Assert.Single(balancer.Engine.GetConnections(), flow => flow.Listener == "more").Pool);
        }

        static void AddMore(LoadBalancerOptions options) => options.AddListener("more", new IPEndPoint(IPAddress.Loopback, 0), ListenerProtocol.Udp);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_ListenerWithoutFlowsRemovedAndAddedAgainManyTimes_ServesEachTime(TransportKind transport)
    {
        (EngineBalancer balancer, BalancerSettings settings, _) = await StartAsync(transport, 0);
        IPEndPoint port = FreePort.Find(IPAddress.Loopback);
        for (int i = 0; i < 30; i++)
        {
            await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.AddListener("more", port, ListenerProtocol.Udp)));
            if (i % 3 == 0)
            {
                DatagramClient client = Stage.Own(DatagramClient.Connect(port, i));
                await client.EchoAsync();
                await CloseAsync(balancer, client);
            }

            await balancer.Engine.ApplyAsync(settings.ToOptions(transport));
        }

        Assert.Equal(0, balancer.Status.ActiveConnections);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_ListenerMovedToAnotherPort_OldFlowsGoOnAndTheNewPortServes(TransportKind transport)
    {
        (EngineBalancer balancer, BalancerSettings settings, DatagramClient[] clients) = await StartAsync(transport, 4);
        IPEndPoint moved = FreePort.Find(IPAddress.Loopback);

        await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.Listeners["web"].Bind = moved.ToString()));
        await Stage.Own(DatagramClient.Connect(moved, 9)).EchoAsync();
        foreach (DatagramClient client in clients)
        {
            await client.EchoAsync(1);
        }

        Assert.Equal((moved, 1), (balancer.EndPoint, balancer.Status.Listeners[0].ActiveConnections));
        Assert.Equal(5, balancer.Backend(0).ActiveConnections);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_ListenerGetsOneRequestPerFlow_EachDatagramIsAFlowOfItsOwn(TransportKind transport)
    {
        const int Burst = 20;
        (EngineBalancer balancer, BalancerSettings settings, DatagramClient[] clients) = await StartAsync(transport, 1);

        await balancer.Engine.ApplyAsync(settings.Change(transport, options => (options.Listeners["web"].Requests, options.Listeners["web"].Responses) = (1, 1)));
        for (int i = 1; i <= Burst; i++)
        {
            clients[0].Send(Datagram.Create(0, i, 100));
        }

        for (int i = 1; i <= Burst; i++)
        {
            await clients[0].ReceiveAsync();
        }

        await Waiting.UntilAsync(() => balancer.Closed(CloseReason.Completed) >= Burst, "each datagram's flow is complete");
        Assert.Equal(1 + Burst, balancer.Backend(0).TotalConnections);
    }

    private async Task<(EngineBalancer Balancer, BalancerSettings Settings, DatagramClient[] Clients)> StartAsync(TransportKind transport, int flows, TimeSpan? idleTimeout = null)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        BalancerSettings settings = BalancerSettings.ForDatagrams(backend.EndPoint) with
        {
            Bind = FreePort.Find(IPAddress.Loopback).ToString(),
            Reactors = 4,
            IdleTimeout = idleTimeout ?? TimeSpan.FromMinutes(5),
        };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        DatagramClient[] clients = [.. Enumerable.Range(0, flows).Select(i => Stage.AddClient(balancer, i))];
        foreach (DatagramClient client in clients)
        {
            await client.EchoAsync();
        }

        return (balancer, settings, clients);
    }

    /// <summary>The same without the listener; one has to be.</summary>
    private static LoadBalancerOptions Elsewhere(BalancerSettings settings, TransportKind transport) => settings.Change(transport, options =>
    {
        options.Listeners.Clear();
        options.AddListener("elsewhere", new IPEndPoint(IPAddress.Loopback, 0));
    });

    private static async Task CloseAsync(EngineBalancer balancer, DatagramClient client)
    {
        string id = balancer.Engine.GetConnections().Single(row => row.Client.Equals(client.EndPoint)).Id;
        Assert.True(await balancer.Engine.CloseConnectionAsync(id), "The flow was not closed.");
    }
}
