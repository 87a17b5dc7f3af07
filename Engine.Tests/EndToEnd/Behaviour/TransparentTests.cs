// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Behaviour;

/// <summary>Pools whose backends see the client's own address and port, over three networks in a row.</summary>
public sealed class TransparentTests : EndToEndTest
{
    private const string Ip = "/usr/sbin/ip";
    private const string Nft = "/usr/sbin/nft";
    private const string Python = "/usr/bin/python3";
    private const string SetPriv = "/usr/bin/setpriv";

    // Asks each address from one and the same port, says which, and prints what is answered.
    private const string Client = """
        import socket, sys
        kind = socket.SOCK_DGRAM if sys.argv[1] == "udp" else socket.SOCK_STREAM
        port, held = 0, []
        for place in sys.argv[2:]:
            host, _, number = place.rpartition(":")
            host = host.strip("[]")
            s = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("", port))
            s.settimeout(20)
            s.connect((host, int(number)))
            port = s.getsockname()[1]
            s.send(b"hello")
            print("asked", port, flush=True)
            print("heard", s.recv(100).decode(), flush=True)
            held.append(s)
        sys.stdin.readline()
        """;

    [RootTheory(Ip, Nft, Python)]
    [MemberData(nameof(Ways))]
    public async Task Connection_OfATransparentPool_ComesFromTheClientsAddressAndPort(TransportKind transport, bool isIPv6)
    {
        RoutedClients ground = Stage.OwnGround(await RoutedClients.CreateAsync());
        ScriptedBackend backend = Stage.AddBackend(isIPv6 ? ground.Balancer.OutsideV6 : ground.Balancer.Outside);
        EngineProcess engine = await StartAsync(ground, transport, BalancerSettings.For(backend.EndPoint), isIPv6);
        ChildProcess client = Stage.Own(ground.StartClient(Python, "-c", Client, "tcp", $"{engine.EndPoint}"));
        Peer server = await Stage.AcceptAsync(backend);
        await AnswerAsync(server.Socket);

        Assert.Equal("world", await client.WaitForLineAsync("heard "));
        Assert.Equal(new IPEndPoint(isIPv6 ? ground.ClientV6 : ground.Client, await PortAsync(client)), server.Socket.RemoteEndPoint);
    }

    [RootTheory(Ip, Nft, Python)]
    [MemberData(nameof(Ways))]
    public async Task Flow_OfATransparentPool_ComesFromTheClientsAddressAndPort(TransportKind transport, bool isIPv6)
    {
        RoutedClients ground = Stage.OwnGround(await RoutedClients.CreateAsync());
        DatagramBackend backend = Stage.AddDatagramBackend(isIPv6 ? ground.Balancer.OutsideV6 : ground.Balancer.Outside);
        EngineProcess engine = await StartAsync(ground, transport, BalancerSettings.ForDatagrams(backend.EndPoint), isIPv6);
        ChildProcess client = Stage.Own(ground.StartClient(Python, "-c", Client, "udp", $"{engine.EndPoint}"));
        ReceivedDatagram received = await backend.EchoAsync();

        Assert.Equal("hello", await client.WaitForLineAsync("heard "));
        Assert.Equal(new IPEndPoint(isIPv6 ? ground.ClientV6 : ground.Client, await PortAsync(client)), received.From);
    }

    /// <summary>A client that is not answered for a while is asked for no address of its own.</summary>
    [RootTheory(Ip, Nft, Python)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Flow_ManyDatagramsBeforeTheFirstReply_StaysOne(TransportKind transport)
    {
        const int Datagrams = 20;
        RoutedClients ground = Stage.OwnGround(await RoutedClients.CreateAsync());
        DatagramBackend backend = Stage.AddDatagramBackend(ground.Balancer.Outside);
        EngineProcess engine = await StartAsync(ground, transport, BalancerSettings.ForDatagrams(backend.EndPoint), isIPv6: false);
        ChildProcess client = Stage.Own(ground.StartClient(Python, "-c", $"""
            import socket, time
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.settimeout(20)
            s.connect(("{engine.EndPoint.Address}", {engine.EndPoint.Port}))
            for i in range({Datagrams}):
                s.send(b"hello")
                time.sleep(0.01)
            print("heard", s.recv(100).decode(), flush=True)
            """));
        var seen = new HashSet<IPEndPoint>();
        ReceivedDatagram? last = null;
        for (int i = 0; i < Datagrams; i++)
        {
            last = await backend.ReceiveFromAsync();
            seen.Add(last.From);
        }

        await backend.SendToAsync(last!.Payload, last.From);
        Assert.Equal("hello", await client.WaitForLineAsync("heard "));
        Assert.Equal(ground.Client, Assert.Single(seen).Address);
        EngineReport report = await engine.ReportAsync();
        Assert.Empty(report.Closed);
        Assert.Empty(report.Dropped);
    }

    /// <summary>The same over UDP: each reply finds the flow whose it is.</summary>
    [RootTheory(Ip, Nft, Python)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Flows_OfOnePortToOneBackend_HaveTheirOwnReplies(TransportKind transport)
    {
        RoutedClients ground = Stage.OwnGround(await RoutedClients.CreateAsync());
        DatagramBackend backend = Stage.AddDatagramBackend(ground.Balancer.Outside);
        BalancerSettings settings = BalancerSettings.ForDatagrams(backend.EndPoint) with { ClientAddress = ClientAddressMode.Transparent, Bind = "0.0.0.0:8000" };
        await Stage.StartEngineProcessAsync(transport, settings, ground.Balancer.Launcher);
        ChildProcess client = Stage.Own(ground.StartClient(Python, "-c", Client, "udp", $"{ground.Entrance}:8000", $"{ground.Balancer.Inside}:8000"));
        ReceivedDatagram first = await backend.EchoAsync();
        ReceivedDatagram second = await backend.EchoAsync();
        await client.WaitForLineAsync("heard ", skip: 1);

        Assert.Equal(new IPEndPoint(ground.Client, await PortAsync(client)), first.From);
        Assert.Equal(ground.Client, second.From.Address);
        Assert.NotEqual(first.From.Port, second.From.Port);
    }

    /// <summary>One port of the client, two addresses of the balancer, one backend: towards that one the port is taken already.</summary>
    [RootTheory(Ip, Nft, Python)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Connections_OfOnePortToOneBackend_ComeFromTheClientsAddressAndOneFromAnotherPort(TransportKind transport)
    {
        RoutedClients ground = Stage.OwnGround(await RoutedClients.CreateAsync());
        ScriptedBackend backend = Stage.AddBackend(ground.Balancer.Outside);
        BalancerSettings settings = BalancerSettings.For(backend.EndPoint) with { ClientAddress = ClientAddressMode.Transparent, Bind = "0.0.0.0:8000" };
        EngineProcess engine = await Stage.StartEngineProcessAsync(transport, settings, ground.Balancer.Launcher);
        ChildProcess client = Stage.Own(ground.StartClient(Python, "-c", Client, "tcp", $"{ground.Entrance}:8000", $"{ground.Balancer.Inside}:8000"));
        Peer first = await Stage.AcceptAsync(backend);
        await AnswerAsync(first.Socket);
        Peer second = await Stage.AcceptAsync(backend, 1);
        await AnswerAsync(second.Socket);
        await client.WaitForLineAsync("heard ", skip: 1);

        var shown = (IPEndPoint)second.Socket.RemoteEndPoint!;
        Assert.Equal(new IPEndPoint(ground.Client, await PortAsync(client)), first.Socket.RemoteEndPoint);
        Assert.Equal(ground.Client, shown.Address);
        Assert.NotEqual(await PortAsync(client), shown.Port);
        Assert.Equal([0L], (await engine.ReportAsync()).SourceFailures);
    }

    /// <summary>A client of one family cannot be shown to a backend of the other.</summary>
    [RootTheory(Ip, Nft, Python)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Connection_OfTheOtherFamily_ComesFromTheBalancer(TransportKind transport)
    {
        RoutedClients ground = Stage.OwnGround(await RoutedClients.CreateAsync());
        ScriptedBackend backend = Stage.AddBackend(ground.Balancer.Outside);
        EngineProcess engine = await StartAsync(ground, transport, BalancerSettings.For(backend.EndPoint), isIPv6: true);
        ChildProcess client = Stage.Own(ground.StartClient(Python, "-c", Client, "tcp", $"{engine.EndPoint}"));
        Peer server = await Stage.AcceptAsync(backend);
        await AnswerAsync(server.Socket);

        Assert.Equal("world", await client.WaitForLineAsync("heard "));
        Assert.Equal(ground.Balancer.Inside, ((IPEndPoint)server.Socket.RemoteEndPoint!).Address);
    }

    [RootTheory(SetPriv)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Start_WithoutTheRight_FailsAndNamesIt(TransportKind transport)
    {
        BalancerSettings settings = BalancerSettings.For(IPEndPoint.Parse("127.0.0.1:9")) with { ClientAddress = ClientAddressMode.Transparent };

        Exception failure = await Assert.ThrowsAnyAsync<Exception>(
            () => Stage.StartEngineProcessAsync(transport, settings, SetPriv, "--bounding-set=-net_admin,-net_raw"));

        Assert.Contains("pools.site.clientAddress: transparent is not possible here: the process lacks CAP_NET_ADMIN", failure.Message, StringComparison.Ordinal);
    }

    public static TheoryData<TransportKind, bool> Ways() => Transports.BothWith(false, true);

    private async Task<EngineProcess> StartAsync(RoutedClients ground, TransportKind transport, BalancerSettings settings, bool isIPv6) =>
        await Stage.StartEngineProcessAsync(
            transport,
            settings with
            {
                ClientAddress = ClientAddressMode.Transparent,
                Bind = new IPEndPoint(isIPv6 ? ground.EntranceV6 : ground.Entrance, 8000).ToString(),
            },
            ground.Balancer.Launcher);

    private static async Task AnswerAsync(Socket server)
    {
        byte[] buffer = new byte[100];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.Equal(5, await server.ReceiveAsync(buffer, limit.Token));
        await server.SendAsync("world"u8.ToArray(), limit.Token);
    }

    private static async Task<int> PortAsync(ChildProcess client) =>
        int.Parse(await client.WaitForLineAsync("asked "), CultureInfo.InvariantCulture);
}
