// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tables;
using LbEngine.Tests.EndToEnd.Control;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Inspection.ProxyProtocol;
using LbEngine.Tests.Transport.Linux;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>A UDP listener whose datagrams begin with a PROXY header, over real sockets.</summary>
public sealed class AcceptHeaderTests : EndToEndTest
{
    private const string Python = "/usr/bin/python3";
    private const int Udp = 17;
    private const int UdpSegment = 103;

    private static readonly IPEndPoint Alice = IPEndPoint.Parse("192.0.2.101:5000");
    private static readonly IPEndPoint Bob = IPEndPoint.Parse("[2001:db8::2]:5000");

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task Headers_TwoClientsBehindOneSocket_AreTwoFlowsWhoseRepliesGoBackThroughIt(TransportKind transport, string address)
    {
        DatagramBackend backend = Stage.AddDatagramBackend(IPAddress.Parse(address));
        EngineBalancer balancer = await StartAsync(transport, backend.EndPoint, new IPEndPoint(IPAddress.Parse(address), 0));
        DatagramClient inFront = Stage.AddClient(balancer);
        var ports = new HashSet<(IPEndPoint Client, int Port)>();
        foreach (int length in (int[])[0, 1, 1400, 9000])
        {
            foreach (IPEndPoint client in (IPEndPoint[])[Alice, Bob])
            {
                byte[] payload = Datagram.Create(client.Port, length, length);
                await inFront.SendAsync(With(client, payload));
                ReceivedDatagram received = await backend.EchoAsync();
                ports.Add((client, received.From.Port));

                Assert.Equal(payload, received.Payload);
                Assert.Equal(payload, await inFront.ReceiveAsync());
            }
        }

        Assert.Equal(2, ports.DistinctBy(port => port.Port).Count());
        Assert.Equal(2, ports.Count);
        Assert.Equal(
            [(Alice, inFront.EndPoint), (Bob, inFront.EndPoint)],
            balancer.Engine.GetConnections().Select(flow => (flow.Client, flow.Peer!)).OrderBy(pair => $"{pair.Client}"));
        Assert.Equal((8L, 2L * 10_401), (balancer.Datagrams.ToBackends, balancer.Datagrams.BytesToBackends));
        Assert.Empty(balancer.Status.Dropped);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Headers_OneClientBehindTwoSockets_EachGetsItsReplies(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineBalancer balancer = await StartAsync(transport, backend.EndPoint, reactors: 2);
        DatagramClient[] inFront = [.. Enumerable.Range(0, 8).Select(i => Stage.AddClient(balancer, i))];
        for (int round = 0; round < 5; round++)
        {
            foreach (DatagramClient one in inFront)
            {
                await one.SendAsync(With(Alice, Datagram.Create(one.Number, round, 100)));
            }

            foreach (DatagramClient one in inFront)
            {
                Assert.Equal(Datagram.Create(one.Number, round, 100), await one.ReceiveAsync());
            }
        }

        Assert.Equal(inFront.Length, balancer.Status.ActiveConnections);
        Assert.Equal(inFront.Length, backend.Received.Count);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ManyAtOnce_OfManyClients_GoEachWithItsOwnAndNoneIsLost(TransportKind transport)
    {
        const int Clients = 16;
        const int Rounds = 8;
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await StartAsync(transport, backend.EndPoint, sendProxy: ProxyVersion.V2);
        DatagramClient inFront = Stage.AddClient(balancer);
        for (int i = 0; i < Clients * Rounds; i++)
        {
            inFront.Send(With(ClientOf(i % Clients), Datagram.Create(i % Clients, i / Clients, 500)));
        }

        var next = new long[Clients];
        var ports = new Dictionary<int, int>();
        for (int i = 0; i < Clients * Rounds; i++)
        {
            ReceivedDatagram received = await backend.ReceiveFromAsync();
            ProxyHeaderReader.Read(received.Payload, out ProxyHeader header);
            Assert.True(Datagram.TryRead(received.Payload.AsSpan(header.Length), out int flow, out long sequence));
            Assert.Equal((next[flow]++, EndPointKey.From(ClientOf(flow))), (sequence, header.Source));
            Assert.Equal(received.From.Port, ports.TryGetValue(flow, out int port) ? port : ports[flow] = received.From.Port);
        }

        Assert.Equal(Clients, ports.Values.Distinct().Count());
        Assert.Empty(balancer.Status.Dropped);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Wildcard_AnyAddressIsUsed_RepliesComeFromItAndHeaderTellsWhatItWasTold(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await StartAsync(transport, backend.EndPoint, new IPEndPoint(IPAddress.Any, 0), sendProxy: ProxyVersion.V2);
        DatagramClient inFront = Stage.Own(DatagramClient.Open(AddressFamily.InterNetwork, from: IPAddress.Loopback));
        for (int i = 0; i < 4; i++)
        {
            var target = new IPEndPoint(IPAddress.Parse($"127.0.0.{1 + (i % 2)}"), balancer.EndPoint.Port);
            byte[] sent = With(Alice, "q"u8);
            await inFront.SendToAsync(sent, target);

            Assert.Equal(sent, (await backend.EchoAsync()).Payload);
            Assert.Equal(target, (await inFront.ReceiveFromAsync()).From);
        }
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Datagrams_WithoutHeaderOrTrust_AreDroppedByReason(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await StartAsync(transport, backend.EndPoint);
        DatagramClient inFront = Stage.AddClient(balancer);
        DatagramClient stranger = Stage.AddClient(balancer, from: IPAddress.Parse("127.0.0.9"));
        await inFront.SendAsync("no header"u8.ToArray());
        await inFront.SendAsync(Array.Empty<byte>());
        await inFront.SendAsync((byte[])[.. Headers.Text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443"), 1]);
        await stranger.SendAsync(With(Alice, "q"u8));
        await inFront.SendAsync(With(Alice, "q"u8));

        Assert.Equal("q"u8.ToArray(), (await backend.EchoAsync()).Payload);
        await Waiting.UntilAsync(() => balancer.Dropped(DropReason.Rejected) == 4, "all that is no good is counted");
        Assert.Equal((3L, 1L), (balancer.Rejected(RejectReason.BadProxyHeader), balancer.Rejected(RejectReason.UntrustedProxy)));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task FirstBackend_Refuses_TheNextOneGetsWhatIsBehindTheHeader(TransportKind transport)
    {
        HeldDatagramPort dead = Stage.Own(new HeldDatagramPort());
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.ForDatagrams(dead.EndPoint, backend.EndPoint) with { AcceptProxy = Accept() });
        DatagramClient inFront = Stage.AddClient(balancer);
        byte[] payload = Datagram.Create(0, 0, 1000);

        await inFront.SendAsync(With(Alice, payload));

        Assert.Equal(payload, (await backend.EchoAsync()).Payload);
        Assert.Equal(payload, await inFront.ReceiveAsync());
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Datagrams_ThatNobodyAnswers_GoOnWithoutTheHeader(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await StartAsync(transport, backend.EndPoint, responses: 0);
        DatagramClient inFront = Stage.AddClient(balancer);
        for (int i = 0; i < 10; i++)
        {
            byte[] payload = Datagram.Create(i, i, 100);
            await inFront.SendAsync(With(i % 2 == 0 ? Alice : Bob, payload));

            Assert.Equal(payload, (await backend.ReceiveFromAsync()).Payload);
        }

        await Waiting.UntilAsync(() => balancer.Datagrams.BytesToBackends == 1000, "the bytes behind the headers are counted");
    }

    /// <summary>One balancer behind another, each over the same transport: the second one sees who is in front of the first.</summary>
    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task Chain_FirstSendsWhatTheSecondAccepts_SecondSeesTheClients(TransportKind transport, string address)
    {
        var bind = new IPEndPoint(IPAddress.Parse(address), 0);
        DatagramBackend backend = Stage.AddDatagramBackend(bind.Address);
        EngineBalancer second = await StartAsync(transport, backend.EndPoint, bind, sendProxy: ProxyVersion.V2);
        EngineBalancer first = await Stage.StartEngineAsync(
            transport, BalancerSettings.ForDatagrams(second.EndPoint) with { Bind = bind.ToString(), SendProxy = ProxyVersion.V2 });
        DatagramClient[] clients = [Stage.AddClient(first), Stage.AddClient(first, 1)];
        for (int i = 0; i < 6; i++)
        {
            byte[] payload = Datagram.Create(i % 2, i, 200 + i);
            await clients[i % 2].SendAsync(payload);
            ReceivedDatagram received = await backend.ReceiveFromAsync();
            ProxyHeaderReader.Read(received.Payload, out ProxyHeader header);
            await backend.SendToAsync(payload, received.From);

            Assert.Equal((EndPointKey.From(clients[i % 2].EndPoint), EndPointKey.From(first.EndPoint)), (header.Source, header.Destination));
            Assert.Equal(payload, received.Payload[header.Length..]);
            Assert.Equal(payload, await clients[i % 2].ReceiveAsync());
        }

        ConnectionStatus[] flows = [.. second.Engine.GetConnections()];
        Assert.Equal(clients.Select(client => $"{client.EndPoint}").Order(), flows.Select(flow => $"{flow.Client}").Order());
        Assert.All(flows, flow => Assert.NotNull(flow.Peer));
    }

    /// <summary>Both clients come in one run that the kernel has joined, since a reload has not been followed yet.</summary>
    [LinuxFact]
    public async Task Run_KernelHasJoinedTwoClients_EachGoesItsOwnWay()
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        BalancerSettings settings = BalancerSettings.ForDatagrams(backend.EndPoint);
        EngineBalancer balancer = await Stage.StartEngineAsync(TransportKind.Linux, settings);
        using var inFront = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        inFront.Connect(balancer.EndPoint);
        byte[][] sent = [.. Enumerable.Range(0, 10).Select(i => With(ClientOf(i % 2), Datagram.Create(i % 2, i, 100)))];
        inFront.SetRawSocketOption(Udp, UdpSegment, BitConverter.GetBytes(sent[0].Length));
        await balancer.Engine.ApplyAsync(settings.Change(TransportKind.Linux, options => options.Listeners["web"].AcceptProxy = Accept()));
        for (int round = 0; round < 3; round++)
        {
            inFront.Send(sent.SelectMany(bytes => bytes).ToArray());
            var received = new List<(int Flow, long Sequence)>();
            foreach (byte[] _ in sent)
            {
                Assert.True(Datagram.TryRead((await backend.ReceiveFromAsync()).Payload, out int flow, out long sequence));
                received.Add((flow, sequence));
            }

            // Of one client in order; those of two go by different sockets.
            Assert.Equal(Enumerable.Range(0, sent.Length).Select(i => (i % 2, (long)i)).OrderBy(pair => pair.Item1), received.OrderBy(pair => pair.Flow));
        }

        Assert.Equal(2, balancer.Status.ActiveConnections);
        Assert.Empty(balancer.Status.Dropped);
    }

    /// <summary>A header that another language has put together.</summary>
    [PeerTheory(Python)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task PythonClient_WritesTheHeaderByHand_IsAnswered(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineBalancer balancer = await StartAsync(transport, backend.EndPoint);
        byte[] payload = Datagram.Create(7, 0, 64);
        using ChildProcess python = ChildProcess.Start(Python, "-c", $"""
            import ipaddress, socket, struct
            client, server = ipaddress.ip_address('192.0.2.101').packed, ipaddress.ip_address('203.0.113.53').packed
            header = b'\r\n\r\n\0\r\nQUIT\n' + struct.pack('>BBH', 0x21, 0x12, 12) + client + server + struct.pack('>HH', 5000, 53)
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.settimeout(10)
            s.sendto(header + bytes.fromhex('{Convert.ToHexString(payload)}'), ('{balancer.EndPoint.Address}', {balancer.EndPoint.Port}))
            print(s.recv(65535).hex().upper())
            """);

        await Waiting.UntilAsync(() => python.HasExited, "python has ended");
        python.WaitForExit();

        Assert.Equal([Convert.ToHexString(payload)], python.Output);
        Assert.Equal(Alice, Assert.Single(balancer.Engine.GetConnections()).Client);
    }

    private static IPEndPoint ClientOf(int number) => new(IPAddress.Parse($"192.0.2.{1 + number}"), 5000);

    private static byte[] With(IPEndPoint client, ReadOnlySpan<byte> payload) => client.AddressFamily == AddressFamily.InterNetwork
        ? [.. Headers.Binary(0x21, 0x12, Headers.Addresses(client.ToString(), "203.0.113.53:53")), .. payload]
        : [.. Headers.Binary(0x21, 0x22, Headers.Addresses(client.ToString(), "[2001:db8::53]:53")), .. payload];

    private static AcceptProxyOptions Accept() => new() { Trusted = { "127.0.0.1", "::1" } };

    private Task<EngineBalancer> StartAsync(
        TransportKind transport,
        IPEndPoint backend,
        IPEndPoint? bind = null,
        int? responses = null,
        int reactors = 0,
        ProxyVersion sendProxy = ProxyVersion.Off) => Stage.StartEngineAsync(
            transport,
            BalancerSettings.ForDatagrams(backend) with
            {
                Bind = (bind ?? new IPEndPoint(IPAddress.Loopback, 0)).ToString(),
                Responses = responses,
                Reactors = reactors,
                SendProxy = sendProxy,
                AcceptProxy = Accept(),
            });
}
