// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Observability;

namespace LbEngine.Tests.Transport.Sockets;

/// <summary>A balancer over the sockets transport with one real backend, and the two ends of connections through it.</summary>
internal sealed class RelayedPair : IAsyncDisposable
{
    private readonly Socket _backend;

    // Optimized code gives up a test's local after its last use, and the finalizer would close the socket while the test waits.
    // Whoever still looks at one after the end of the pair has it.
    private readonly List<Socket> _handedOut = [];

    private RelayedPair(Socket backend, LoadBalancer balancer, EndedConnections ended)
    {
        _backend = backend;
        Balancer = balancer;
        Ended = ended;
    }

    public LoadBalancer Balancer { get; }

    public EndedConnections Ended { get; }

    public IPEndPoint EndPoint => Balancer.GetStatus().Listeners[0].EndPoint;

    public static async Task<RelayedPair> StartAsync(Action<ListenerOptions>? listener = null, Action<BackendPoolOptions>? pool = null)
    {
        Socket backend = Listen();
        var ended = new EndedConnections();
        LoadBalancer balancer = new LoadBalancerBuilder()
            .Configure(options => options.Transport = TransportKind.Sockets)
            .AddListener("in", "127.0.0.1:0", pool: "pool", listener)
            .AddPool("pool", options =>
            {
                pool?.Invoke(options);
                options.AddBackend("real", backend.LocalEndPoint!.ToString()!);
            })
            .UseLoggerFactory(ended)
            .Build();
        await balancer.StartAsync();
        return new RelayedPair(backend, balancer, ended);
    }

    public static Socket Listen(int backlog = 1024)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(backlog);
        return socket;
    }

    public async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await Waiting.For("the balancer to accept", client.ConnectAsync(EndPoint));
        _handedOut.Add(client);
        return client;
    }

    public async Task<Socket> AcceptAsync()
    {
        Socket accepted = await Waiting.For("the backend to be connected to", _backend.AcceptAsync());
        _handedOut.Add(accepted);
        return accepted;
    }

    public async Task<(Socket Client, Socket Backend)> ConnectThroughAsync()
    {
        Socket client = await ConnectAsync();
        Socket backend = await AcceptAsync();

        // The backend has the connection before the balancer knows: one that ends in between is one that was never made.
        await Harness.Waiting.UntilAsync(() => Find(client)?.Phase != ConnectionPhase.Connecting, "the balancer has connected");
        return (client, backend);
    }

    private ConnectionStatus? Find(Socket client) => Balancer.GetConnections().FirstOrDefault(one => one.Client.Equals(client.LocalEndPoint));

    public async ValueTask DisposeAsync()
    {
        await Waiting.For("the balancer to be disposed", Balancer.DisposeAsync().AsTask());
        _backend.Dispose();
        _handedOut.Clear();
        Assert.Empty(Ended.Errors);
    }
}
