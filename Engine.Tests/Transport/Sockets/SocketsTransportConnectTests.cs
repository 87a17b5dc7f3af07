// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Scheduling;

namespace LbEngine.Tests.Transport.Sockets;

public sealed class SocketsTransportConnectTests
{
    [Fact]
    public async Task Connect_FirstBackendRefuses_NextOneGetsTheClientsBytes()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(pool: options => options.AddBackend("dead", ClosedPort()));

        var open = new List<Socket>();
        for (int i = 0; i < 4; i++)
        {
            Socket client = await pair.ConnectAsync();
            await client.SendAllAsync("hello"u8.ToArray());
            Socket backend = await pair.AcceptAsync();
            Assert.Equal("hello"u8.ToArray(), await backend.ReceiveExactlyAsync(5));
            open.AddRange([client, backend]);
        }

        Assert.True(Status(pair, "dead").ConnectFailures > 0, "The dead backend was never tried.");
        Assert.Equal(0, Status(pair, "dead").ActiveConnections);
        Assert.Equal(4, Status(pair, "real").ActiveConnections);
        open.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Connect_EveryBackendRefuses_ClientIsResetWithConnectFailed()
    {
        await using LoadBalancer balancer = Build(out EndedConnections ended, pool => pool.AddBackend("x", ClosedPort()).AddBackend("y", ClosedPort()));
        await balancer.StartAsync();

        using Socket client = Connect(balancer);
        (SocketError error, int _) = await client.ReceiveEndAsync();

        Assert.Equal(SocketError.ConnectionReset, error);
        Assert.Equal(CloseReason.ConnectFailed, await ended.NextAsync());
        Assert.Equal(0, balancer.GetStatus().ActiveConnections);
    }

    [Fact]
    public async Task Connect_BackendDoesNotAnswer_EndsWithConnectTimeoutNotEarly()
    {
        using FullBacklog full = await FullBacklog.CreateAsync();
        await using LoadBalancer balancer = Build(out EndedConnections ended, pool =>
        {
            pool.AddBackend("full", full.EndPoint.ToString());
            pool.ConnectTimeout = TimeSpan.FromMilliseconds(300);
        });
        await balancer.StartAsync();
        long start = TimeProvider.System.GetTimestamp();

        using Socket client = Connect(balancer);
        CloseReason reason = await ended.NextAsync();
        TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);

        Assert.Equal(CloseReason.ConnectTimeout, reason);
        Assert.True(elapsed >= TimeSpan.FromMilliseconds(299), $"Given up after {elapsed.TotalMilliseconds} ms.");
        Assert.Equal(SocketError.ConnectionReset, (await client.ReceiveEndAsync()).Error);
    }

    [Fact]
    public async Task Connect_ClientResetsMeanwhile_EndsWithClientAbortedBeforeTheTimeout()
    {
        using FullBacklog full = await FullBacklog.CreateAsync();
        await using LoadBalancer balancer = Build(out EndedConnections ended, pool =>
        {
            pool.AddBackend("full", full.EndPoint.ToString());
            pool.ConnectTimeout = TimeSpan.FromMinutes(1);
        });
        await balancer.StartAsync();

        Socket client = Connect(balancer);
        client.SendReset();

        Assert.Equal(CloseReason.ClientAborted, await ended.NextAsync());
    }

    private static BackendStatus Status(RelayedPair pair, string backend) =>
        pair.Balancer.GetStatus().Pools[0].Backends.Single(status => status.Name == backend);

    private static LoadBalancer Build(out EndedConnections ended, Action<BackendPoolOptions> pool)
    {
        ended = new EndedConnections();
        return new LoadBalancerBuilder()
            .Configure(options => options.Transport = TransportKind.Sockets)
            .AddListener("in", "127.0.0.1:0", pool: "pool")
            .AddPool("pool", options =>
            {
                options.Scheduler = SchedulerNames.SmoothWeightedRoundRobin;
                pool(options);
            })
            .UseLoggerFactory(ended)
            .Build();
    }

    /// <summary>Blocks for the microseconds that loopback takes: a continuation could come after the reset that a test waits for.</summary>
    private static Socket Connect(LoadBalancer balancer)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(balancer.GetStatus().Listeners[0].EndPoint);
        return client;
    }

    /// <summary>A port that nobody listens on: bound just now and given back.</summary>
    private static string ClosedPort()
    {
        using Socket socket = RelayedPair.Listen();
        return socket.LocalEndPoint!.ToString()!;
    }
}
