// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Host;
using LbEngine.Transport;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

public sealed class LocalAddressTests
{
    private static readonly IPAddress Second = IPAddress.Parse("127.0.0.2");

    [Fact]
    public async Task Wildcard_ClientOfTwoAddresses_HasAFlowEachAndRepliesLeaveFromTheAddressUsed()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(bind: "0.0.0.0:0");
        int port = stage.EndPoint.Port;
        DatagramEnd client = stage.AddClient(IPAddress.Loopback);
        IPEndPoint[] used = [new IPEndPoint(IPAddress.Loopback, port), new IPEndPoint(Second, port)];
        var flows = new HashSet<IPEndPoint>();

        // Three rounds: the first datagram of an address comes through the wildcard socket, the others do not.
        for (int round = 0; round < 3; round++)
        {
            foreach (IPEndPoint local in used)
            {
                client.SendTo(local, "question");
                Received request = await stage.Backends[0].ReceiveAsync();
                flows.Add(request.Source);
                stage.Backends[0].SendTo(request.Source, "answer");

                Assert.Equal(local, (await client.ReceiveAsync()).Source);
            }
        }

        Assert.Equal(2, flows.Count);
        Assert.Equal(2, stage.Status.ActiveConnections);
    }

    [Fact]
    public async Task Wildcard_IPv6_RepliesComeBackFromTheFirstOneOn()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(bind: "[::]:0");
        _ = stage.Backends[0].EchoAsync();
        int port = stage.EndPoint.Port;
        DatagramEnd client = stage.AddClient(IPAddress.IPv6Loopback);

        for (int i = 0; i < 3; i++)
        {
            client.SendTo(new IPEndPoint(IPAddress.IPv6Loopback, port), $"{i}");
            Assert.Equal($"{i}", (await client.ReceiveAsync()).Text);
        }
    }

    [Fact]
    public async Task Start_BothWildcardsOnOnePort_EachServesItsOwnFamily()
    {
        using DatagramEnd backend = DatagramEnd.Open(IPAddress.Loopback);
        _ = backend.EchoAsync();
        (LoadBalancer balancer, int port) = await StartOnFreePortAsync(free => Builder()
            .AddListener("four", $"0.0.0.0:{free}", pool: "pool", listener => listener.Protocol = ListenerProtocol.Udp)
            .AddListener("six", $"[::]:{free}", pool: "pool", listener => listener.Protocol = ListenerProtocol.Udp)
            .AddPool("pool", pool => pool.AddBackend("a", backend.EndPoint.ToString())));
        await using LoadBalancer ending = balancer;

        foreach (IPAddress address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            using DatagramEnd client = DatagramEnd.Open(address);
            client.Target = new IPEndPoint(address, port);
            Assert.Equal(client.Target, (await client.AskAsync("hello")).Source);
        }

        Assert.Equal([1, 1], balancer.GetStatus().Listeners.Select(listener => listener.ActiveConnections));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wildcard_OthersAskToShareThePort_AreRefused(bool isWildcard)
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(bind: "0.0.0.0:0");
        _ = stage.Backends[0].EchoAsync();
        DatagramEnd client = stage.AddClient(IPAddress.Loopback);
        client.Target = new IPEndPoint(IPAddress.Loopback, stage.EndPoint.Port);
        await client.AskAsync("opens a socket of its own");

        using var thief = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        thief.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        SocketException exception = Assert.Throws<SocketException>(
            () => thief.Bind(new IPEndPoint(isWildcard ? IPAddress.Any : IPAddress.Loopback, stage.EndPoint.Port)));

        Assert.Equal(SocketError.AddressAlreadyInUse, exception.SocketErrorCode);
    }

    [Fact]
    public async Task Start_PortIsTaken_NamesTheListenerAndLeavesNothingBound()
    {
        using DatagramEnd taken = DatagramEnd.Open(IPAddress.Loopback);
        IPEndPoint free = FreePort.Find(IPAddress.Loopback);
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .Configure(options => options.Transport = TransportKind.Sockets)
            .AddListener("good", free.ToString(), pool: "pool", listener => listener.Protocol = ListenerProtocol.Udp)
            .AddListener("bad", taken.EndPoint.ToString(), pool: "pool", listener => listener.Protocol = ListenerProtocol.Udp)
            .AddPool("pool", pool => pool.AddBackend("a", "127.0.0.1:1"))
            .Build();

        ListenerBindException exception = await Assert.ThrowsAsync<ListenerBindException>(() => balancer.StartAsync());

        Assert.Equal("bad", exception.ListenerName);
        using DatagramEnd again = DatagramEnd.Open(free.Address, free.Port);
    }

    [Fact]
    public async Task Start_TcpAndUdpOnOnePort_BothServe()
    {
        using Socket tcpBackend = RelayedPair.Listen();
        using DatagramEnd udpBackend = DatagramEnd.Open(IPAddress.Loopback);
        _ = udpBackend.EchoAsync();
        (LoadBalancer balancer, int port) = await StartOnFreePortAsync(free => Builder()
            .AddListener("tcp", $"127.0.0.1:{free}", pool: "tcp")
            .AddListener("udp", $"127.0.0.1:{free}", pool: "udp", listener => listener.Protocol = ListenerProtocol.Udp)
            .AddPool("tcp", pool => pool.AddBackend("a", tcpBackend.LocalEndPoint!.ToString()!))
            .AddPool("udp", pool => pool.AddBackend("a", udpBackend.EndPoint.ToString())));
        await using LoadBalancer ending = balancer;
        using var stream = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using DatagramEnd client = DatagramEnd.Open(IPAddress.Loopback);
        client.Target = new IPEndPoint(IPAddress.Loopback, port);

        await stream.ConnectAsync(client.Target);
        using Socket accepted = await Sockets.Waiting.For("the TCP backend to be connected to", tcpBackend.AcceptAsync());
        Received reply = await client.AskAsync("over UDP");

        Assert.Equal("over UDP", reply.Text);
        Assert.Equal(2, balancer.GetStatus().ActiveConnections);
    }

    private static LoadBalancerBuilder Builder() => new LoadBalancerBuilder().Configure(options => options.Transport = TransportKind.Sockets);

    private static async Task<(LoadBalancer Balancer, int Port)> StartOnFreePortAsync(Func<int, LoadBalancerBuilder> build)
    {
        int port = FreePort.Find(IPAddress.Loopback).Port;
        LoadBalancer balancer = build(port).Build();
        await balancer.StartAsync();
        return (balancer, port);
    }
}
