// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Transport;

namespace LbEngine.Tests.Transport.Sockets;

public sealed class SocketsTransportLifeTests
{
    [Fact]
    public async Task Start_OneAddressIsTaken_NamesTheListenerAndLeavesNothingBound()
    {
        using Socket taken = RelayedPair.Listen();
        int free = FreePort();
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .Configure(options => options.Transport = TransportKind.Sockets)
            .AddListener("good", $"127.0.0.1:{free}", pool: "pool")
            .AddListener("bad", taken.LocalEndPoint!.ToString()!, pool: "pool")
            .AddPool("pool", pool => pool.AddBackend("a", "127.0.0.1:1"))
            .Build();

        ListenerBindException exception = await Assert.ThrowsAsync<ListenerBindException>(() => balancer.StartAsync());

        Assert.Equal("bad", exception.ListenerName);
        using var again = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        again.Bind(new IPEndPoint(IPAddress.Loopback, free));
        again.Listen();
    }

    [Fact]
    public async Task Timer_NothingMovesForTheIdleTimeout_BothSidesGetAnEndWithIdleTimeout()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(listener => listener.IdleTimeout = TimeSpan.FromSeconds(1));
        (Socket client, Socket backend) = await pair.ConnectThroughAsync();

        CloseReason reason = await pair.Ended.NextAsync();

        Assert.Equal(CloseReason.IdleTimeout, reason);
        Assert.Equal(SocketError.Success, (await client.ReceiveEndAsync()).Error);
        Assert.Equal(SocketError.Success, (await backend.ReceiveEndAsync()).Error);
    }

    [Fact]
    public async Task Timer_OtherSideStaysSilentAfterAnEnd_EndsWithHalfCloseTimeout()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(listener => listener.HalfCloseTimeout = TimeSpan.FromSeconds(1));
        (Socket client, Socket backend) = await pair.ConnectThroughAsync();
        client.Shutdown(SocketShutdown.Send);
        await backend.ReceiveToEndAsync();

        CloseReason reason = await pair.Ended.NextAsync();

        Assert.Equal(CloseReason.HalfCloseTimeout, reason);
    }

    [Fact]
    public async Task Accept_ListenerIsFull_NextClientWaitsUntilOneEnds()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(listener => listener.MaxConnections = 1);
        (Socket first, Socket firstBackend) = await pair.ConnectThroughAsync();
        Socket second = await pair.ConnectAsync();
        await second.SendAllAsync("waiting"u8.ToArray());
        Task<Socket> accepting = pair.AcceptAsync();

        Assert.Equal(1, pair.Balancer.GetStatus().ActiveConnections);
        Assert.False(accepting.IsCompleted);
        first.Dispose();
        firstBackend.Dispose();
        Socket secondBackend = await accepting;

        Assert.Equal("waiting"u8.ToArray(), await secondBackend.ReceiveExactlyAsync(7));
    }

    [Fact]
    public async Task Accept_FiveHundredClientsAtOnce_AllAreServedAndNothingIsLeft()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync();

        // On the pool: the runner lets tests go on one after the other, and these thousand would wait for all that run beside them.
        Task serving = Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Task.Run(() => EchoOnceAsync(pair))));

        await Waiting.For("500 echoes", Task.WhenAll(Enumerable.Range(0, 500).Select(number => Task.Run(() => AskAsync(pair, number)))));

        await Waiting.For("500 backends", serving);
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal(CloseReason.Completed, await pair.Ended.NextAsync());
        }

        Assert.Equal(0, pair.Balancer.GetStatus().ActiveConnections);
        Assert.Equal(0, pair.Balancer.GetStatus().Pools[0].Backends[0].ActiveConnections);
    }

    [Fact]
    public async Task Dispose_TwiceWithAnIdleConnection_BothSidesSeeAnEndNotAReset()
    {
        RelayedPair pair = await RelayedPair.StartAsync();
        (Socket client, Socket backend) = await pair.ConnectThroughAsync();

        await pair.DisposeAsync();
        await pair.DisposeAsync();

        Assert.Equal(SocketError.Success, (await client.ReceiveEndAsync()).Error);
        Assert.Equal(SocketError.Success, (await backend.ReceiveEndAsync()).Error);
        Assert.Equal(CloseReason.Stopped, await pair.Ended.NextAsync());
    }

    [Fact]
    public async Task Dispose_WhileAConnectHangs_ReturnsAtOnceWithStopped()
    {
        using FullBacklog full = await FullBacklog.CreateAsync();
        var ended = new EndedConnections();
        LoadBalancer balancer = new LoadBalancerBuilder()
            .Configure(options => options.Transport = TransportKind.Sockets)
            .AddListener("in", "127.0.0.1:0", pool: "pool")
            .AddPool("pool", pool => pool.AddBackend("full", full.EndPoint.ToString()))
            .UseLoggerFactory(ended)
            .Build();
        await balancer.StartAsync();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(balancer.GetStatus().Listeners[0].EndPoint);

        await Waiting.For("the balancer to be disposed", balancer.DisposeAsync().AsTask());

        Assert.Equal(CloseReason.Stopped, await ended.NextAsync());
        Assert.Empty(ended.Errors);
    }

    [Fact]
    public async Task Drain_ConnectionsOutliveTheTimeout_AreEndedSpreadOverTime()
    {
        var ended = new EndedConnections();
        using Socket server = RelayedPair.Listen();
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .Configure(options =>
            {
                options.Transport = TransportKind.Sockets;
                options.Drain.Timeout = TimeSpan.Zero;
                options.Drain.Spread = TimeSpan.FromMilliseconds(400);
            })
            .AddListener("in", "127.0.0.1:0", pool: "pool")
            .AddPool("pool", pool => pool.AddBackend("a", server.LocalEndPoint!.ToString()!))
            .UseLoggerFactory(ended)
            .Build();
        await balancer.StartAsync();
        IPEndPoint endPoint = balancer.GetStatus().Listeners[0].EndPoint;
        var clients = new List<Socket>();
        for (int i = 0; i < 10; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(endPoint);
            clients.Add(await Waiting.For("a backend connection", server.AcceptAsync()));
            clients.Add(client);
        }

        Task draining = balancer.DrainAsync();
        CloseReason first = await ended.NextAsync();
        int left = balancer.GetStatus().ActiveConnections;
        await Waiting.For("the drain", draining);

        Assert.Equal(CloseReason.Drained, first);
        Assert.True(left > 0, "All were ended at once.");
        Assert.Equal(0, balancer.GetStatus().ActiveConnections);
        Assert.Equal(10, balancer.GetStatus().Closed[CloseReason.Drained]);
        clients.ForEach(client => client.Dispose());
    }

    private static int FreePort()
    {
        using Socket socket = RelayedPair.Listen();
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task AskAsync(RelayedPair pair, int number)
    {
        using Socket client = await pair.ConnectAsync();
        byte[] question = BitConverter.GetBytes(number);
        await client.SendAllAsync(question);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(question, await client.ReceiveToEndAsync());
    }

    private static async Task EchoOnceAsync(RelayedPair pair)
    {
        using Socket backend = await pair.AcceptAsync();
        byte[] question = await backend.ReceiveToEndAsync();
        await backend.SendAllAsync(question);
        backend.Shutdown(SocketShutdown.Send);
        await backend.ReceiveToEndAsync();
    }
}
