// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Transport;

namespace LbEngine.Tests.EndToEnd.Control;

/// <summary>TCP listeners that come, go, move and are renamed; and what happens when one of several cannot come.</summary>
public sealed class ListenerChangeTests : EndToEndTest
{
    public static TheoryData<TransportKind, ListenerProtocol> BothProtocols() => Transports.BothWith(ListenerProtocol.Tcp, ListenerProtocol.Udp);

    [Theory]
    [MemberData(nameof(BothProtocols))]
    public async Task ApplyAsync_PortOfANewListenerIsTaken_ChangesNothingAtAll(TransportKind transport, ListenerProtocol protocol)
    {
        StreamEcho backend = Stage.AddStreamEcho();
        BalancerSettings settings = BalancerSettings.For(backend.EndPoint);
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        EchoPeer client = Stage.Own(await EchoPeer.ConnectAsync(balancer.EndPoint));
        await client.EchoAsync();
        Socket taker = Stage.Own(Take(protocol));
        IPEndPoint free = FreePort.Find(IPAddress.Loopback);
        LoadBalancerOptions next = settings.Change(transport, options =>
        {
            options.Pools["site"].Backends["b0"].Weight = 7;
            options.Pools.Add("other", new BackendPoolOptions { Affinity = new AffinityOptions { MaxEntries = 1024 } });
            options.AddBackend("x", backend.EndPoint, "other");
            options.Listeners["web"].Pool = "other";
            options.AddListener("free", free);
            options.AddListener("free-udp", free, ListenerProtocol.Udp);
            options.AddListener("taken", (IPEndPoint)taker.LocalEndPoint!, protocol, "other");
        });
        int sockets = OpenDescriptors.CountSockets();
        int changes = balancer.Engine.Compare(next).Count;

        ListenerBindException refused = await Assert.ThrowsAsync<ListenerBindException>(() => balancer.Engine.ApplyAsync(next));
        await client.EchoAsync();

        Assert.Equal("taken", refused.ListenerName);
        Assert.Equal((changes, sockets), (balancer.Engine.Compare(next).Count, OpenDescriptors.CountSockets()));
        Assert.Equal((1, "web", "site"), (balancer.Backend(0).Weight, Assert.Single(balancer.Status.Listeners).Name, Assert.Single(balancer.Status.Pools).Name));
        Assert.True(Reloads.IsRefused(free), "A listener of the refused configuration serves.");
        Assert.True(Reloads.IsFree(free), "A listener of the refused configuration holds its port.");

        taker.Dispose();
        await balancer.Engine.ApplyAsync(next);
        using EchoPeer other = await EchoPeer.ConnectAsync(balancer.EndPointOf("free"), 1);
        await other.EchoAsync();
        await client.EchoAsync();
        Assert.Equal(4, balancer.Status.Listeners.Count);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_ListenerRemoved_RefusesAndItsConnectionsLiveOn(TransportKind transport)
    {
        StreamEcho backend = Stage.AddStreamEcho();
        BalancerSettings settings = BalancerSettings.For(backend.EndPoint);
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.AddListener("more", new IPEndPoint(IPAddress.Loopback, 0))));
        IPEndPoint more = balancer.EndPointOf("more");
        EchoPeer client = Stage.Own(await EchoPeer.ConnectAsync(more));
        await client.EchoAsync();

        await balancer.Engine.ApplyAsync(settings.ToOptions(transport));

        Assert.True(Reloads.IsRefused(more), "The removed listener accepts.");
        await client.EchoAsync(100_000);
        Assert.Equal("more", Assert.Single(balancer.Engine.GetConnections()).Listener);
        await client.FinishAsync();
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_ListenerMovedToAnotherPort_OldConnectionsLiveOnAndTheOldPortRefuses(TransportKind transport)
    {
        StreamEcho backend = Stage.AddStreamEcho();
        BalancerSettings settings = BalancerSettings.For(backend.EndPoint) with { Bind = FreePort.Find(IPAddress.Loopback).ToString() };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        IPEndPoint old = balancer.EndPoint;
        EchoPeer client = Stage.Own(await EchoPeer.ConnectAsync(old));
        await client.EchoAsync();
        IPEndPoint moved = FreePort.Find(IPAddress.Loopback);

        await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.Listeners["web"].Bind = moved.ToString()));
        EchoPeer late = Stage.Own(await EchoPeer.ConnectAsync(moved, 1));
        await late.EchoAsync();
        await client.EchoAsync();

        Assert.True(Reloads.IsRefused(old), "The old port accepts.");
        Assert.Equal((moved, 1), (balancer.EndPoint, balancer.Status.Listeners[0].ActiveConnections));
        Assert.Equal(2, balancer.Backend(0).ActiveConnections);
        Assert.Equal(["web", "web"], balancer.Engine.GetConnections().Select(connection => connection.Listener));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_ListenersSwapNamesAndPools_KeepTheirPortsAndCounts(TransportKind transport)
    {
        StreamEcho[] backends = [Stage.AddStreamEcho(), Stage.AddStreamEcho()];
        IPEndPoint[] ports = [FreePort.Find(IPAddress.Loopback), FreePort.Find(IPAddress.Loopback)];
        BalancerSettings settings = BalancerSettings.For(backends[0].EndPoint) with { Bind = ports[0].ToString() };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        LoadBalancerOptions Named(string first, string second) => settings.Change(transport, options =>
        {
            options.Pools.Add("other", new BackendPoolOptions());
            options.AddBackend("x", backends[1].EndPoint, "other");
            options.Listeners.Clear();
            options.AddListener(first, ports[0]).AddListener(second, ports[1], pool: "other");
        });
        await balancer.Engine.ApplyAsync(Named("web", "more"));
        EchoPeer client = Stage.Own(await EchoPeer.ConnectAsync(ports[0]));
        await client.EchoAsync();

        await balancer.Engine.ApplyAsync(Named("more", "web"));
        await client.EchoAsync();

        Assert.Equal([("more", ports[0], 1, 1L), ("web", ports[1], 0, 0L)], balancer.Status.Listeners.Select(one => (one.Name, one.EndPoint, one.ActiveConnections, one.AcceptedConnections)));
        Assert.Equal("more", Assert.Single(balancer.Engine.GetConnections()).Listener);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_ListenerRemovedAndAddedAgainManyTimes_ServesEachTime(TransportKind transport)
    {
        StreamEcho backend = Stage.AddStreamEcho();
        BalancerSettings settings = BalancerSettings.For(backend.EndPoint) with { Reactors = 3 };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        IPEndPoint port = FreePort.Find(IPAddress.Loopback);
        var held = new List<EchoPeer>();
        for (int i = 0; i < 20; i++)
        {
            await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.AddListener("more", port)));
            held.Add(Stage.Own(await EchoPeer.ConnectAsync(port, i)));
            await held[^1].EchoAsync();
            await balancer.Engine.ApplyAsync(settings.ToOptions(transport));
        }

        foreach (EchoPeer client in held)
        {
            await client.EchoAsync();
        }

        Assert.Equal(held.Count, balancer.Status.ActiveConnections);
        Assert.All(balancer.Engine.GetConnections(), connection => Assert.Equal("more", connection.Listener));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_ListenerGetsAnotherPool_NoClientIsRefusedMeanwhile(TransportKind transport)
    {
        StreamEcho[] backends = [Stage.AddStreamEcho(), Stage.AddStreamEcho()];
        BalancerSettings settings = BalancerSettings.For(backends[0].EndPoint);
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        using var over = new CancellationTokenSource();
        int served = 0;
        Task load = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                using EchoPeer client = await EchoPeer.ConnectAsync(balancer.EndPoint);
                await client.EchoAsync();
                await client.FinishAsync();
                Interlocked.Increment(ref served);
            }
        });

        for (int i = 0; i < 100 && !load.IsCompleted; i++)
        {
            int before = Volatile.Read(ref served);
            await balancer.Engine.ApplyAsync(
                settings.Change(transport, options =>
                {
                    options.Pools.Clear();
                    options.Pools.Add($"p{i}", new BackendPoolOptions());
                    options.AddBackend($"b{i}", backends[i % 2].EndPoint, $"p{i}");
                    options.Listeners["web"].Pool = $"p{i}";
                }),
                force: true);
            await Waiting.UntilAsync(() => load.IsCompleted || Volatile.Read(ref served) > before, "another client is served");
        }

        await over.CancelAsync();
        await Waiting.ForAllAsync("the load ends", Waiting.DefaultLimit, load);
        Assert.Empty(balancer.Status.Rejected);
    }

    private static Socket Take(ListenerProtocol protocol)
    {
        Socket socket = protocol == ListenerProtocol.Tcp
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (protocol == ListenerProtocol.Tcp)
        {
            socket.Listen();
        }

        return socket;
    }
}
