// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Lifecycle;
using LbEngine.Tables;
using LbEngine.Tests.EndToEnd.Control;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Transport.Linux;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>A pool that tells its backends with each datagram whose it is, over real sockets.</summary>
public sealed class SendHeaderTests : EndToEndTest
{
    private const int Udp = 17;
    private const int UdpSegment = 103;

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task Datagrams_BothWays_HeaderNamesClientAndListenerAndRepliesHaveNone(TransportKind transport, string address)
    {
        DatagramBackend backend = Stage.AddDatagramBackend(IPAddress.Parse(address));
        EngineBalancer balancer = await StartAsync(transport, backend.EndPoint, bind: new IPEndPoint(IPAddress.Parse(address), 0));
        DatagramClient client = Stage.AddClient(balancer);
        foreach (int length in (int[])[0, 1, 100, 1472, 9000, 65_000])
        {
            byte[] payload = Datagram.Create(0, length, length);
            await client.SendAsync(payload);
            ReceivedDatagram received = await backend.ReceiveFromAsync();
            await backend.SendToAsync(payload, received.From);

            AssertIs(payload, client.EndPoint, balancer.EndPoint, received.Payload);
            Assert.Equal(payload, await client.ReceiveAsync());
        }

        Assert.Empty(balancer.Status.Dropped);
        Assert.Equal((6L, 75_573L), (balancer.Datagrams.ToBackends, balancer.Datagrams.BytesToBackends));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Wildcard_ClientUsesTwoAddresses_HeaderNamesTheOneThatItUsed(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await StartAsync(transport, backend.EndPoint, bind: new IPEndPoint(IPAddress.Any, 0));
        DatagramClient client = Stage.Own(DatagramClient.Open(AddressFamily.InterNetwork, from: IPAddress.Loopback));
        for (int round = 0; round < 3; round++)
        {
            foreach (string used in (string[])["127.0.0.1", "127.0.0.2"])
            {
                var target = new IPEndPoint(IPAddress.Parse(used), balancer.EndPoint.Port);
                await client.SendToAsync("q"u8.ToArray(), target);

                AssertIs("q"u8.ToArray(), client.EndPoint, target, (await backend.EchoAsync()).Payload);
                Assert.Equal(target, (await client.ReceiveFromAsync()).From);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task FirstBackend_Refuses_TheNextOneGetsTheFirstDatagramWithItsHeader(TransportKind transport)
    {
        HeldDatagramPort dead = Stage.Own(new HeldDatagramPort());
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.ForDatagrams(dead.EndPoint, backend.EndPoint) with { SendProxy = ProxyVersion.V2 });
        DatagramClient client = Stage.AddClient(balancer);
        byte[] payload = Datagram.Create(0, 0, 1400);

        await client.SendAsync(payload);

        AssertIs(payload, client.EndPoint, balancer.EndPoint, (await backend.EchoAsync()).Payload);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Datagrams_ThatNobodyAnswers_HaveItToo(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await StartAsync(transport, backend.EndPoint, responses: 0);
        DatagramClient[] clients = [Stage.AddClient(balancer), Stage.AddClient(balancer, 1)];
        for (int i = 0; i < 10; i++)
        {
            byte[] payload = Datagram.Create(i, i, 100);
            await clients[i % 2].SendAsync(payload);

            AssertIs(payload, clients[i % 2].EndPoint, balancer.EndPoint, (await backend.ReceiveFromAsync()).Payload);
        }

        await Waiting.UntilAsync(() => balancer.Datagrams.BytesToBackends == 1000, "the bytes of the client, and no others, are counted");
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Datagram_TooLargeWithIt_IsDroppedAndTheFlowGoesOn(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await StartAsync(transport, backend.EndPoint);
        DatagramClient client = Stage.AddClient(balancer);
        byte[] payload = Datagram.Create(0, 0, 65_507 - 28);
        for (int round = 0; round < 2; round++)
        {
            await client.SendAsync(new byte[65_507 - 27]);
            await client.SendAsync(payload);

            AssertIs(payload, client.EndPoint, balancer.EndPoint, (await backend.EchoAsync()).Payload);
            await client.ReceiveAsync();
        }

        Assert.Equal(2, balancer.Dropped(DropReason.TooLarge));
        Assert.Equal((2L, 2L * payload.Length), (balancer.Datagrams.ToBackends, balancer.Datagrams.BytesToBackends));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ManyDatagramsAtOnce_OfSeveralClients_EachHasTheHeaderOfItsClient(TransportKind transport)
    {
        const int Datagrams = 40;
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await StartAsync(transport, backend.EndPoint);
        DatagramClient[] clients = [.. Enumerable.Range(0, 4).Select(i => Stage.AddClient(balancer, i))];
        for (int i = 0; i < Datagrams; i++)
        {
            Array.ForEach(clients, client => client.Send(Datagram.Create(client.Number, i, i % 8 == 7 ? 100 : 1000)));
        }

        var next = new long[clients.Length];
        for (int i = 0; i < Datagrams * clients.Length; i++)
        {
            byte[] received = (await backend.ReceiveFromAsync()).Payload;
            Assert.True(Datagram.TryRead(received.AsSpan(28), out int flow, out long sequence), "A datagram is not what was sent behind 28 bytes.");
            Assert.Equal(next[flow]++, sequence);
            AssertIs(received[28..], clients[flow].EndPoint, balancer.EndPoint, received);
        }

        Assert.Empty(balancer.Status.Dropped);
    }

    /// <summary>The kernel has joined the run before it was told not to, or joins it for a flow that began with headers.</summary>
    [LinuxTheory]
    [InlineData(ProxyVersion.Off, ProxyVersion.V2)]
    [InlineData(ProxyVersion.V2, ProxyVersion.Off)]
    public async Task Run_KernelHasJoinedIt_EachDatagramOfItHasItsHeader(ProxyVersion first, ProxyVersion then)
    {
        const int Length = 1000;
        DatagramBackend backend = Stage.AddDatagramBackend();
        BalancerSettings settings = BalancerSettings.ForDatagrams(backend.EndPoint) with { SendProxy = first };
        EngineBalancer balancer = await Stage.StartEngineAsync(TransportKind.Linux, settings);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(balancer.EndPoint);
        client.SetRawSocketOption(Udp, UdpSegment, BitConverter.GetBytes(Length));
        if (first == ProxyVersion.V2)
        {
            client.Send("begins"u8);
            AssertIs("begins"u8.ToArray(), (IPEndPoint)client.LocalEndPoint!, balancer.EndPoint, (await backend.ReceiveFromAsync()).Payload);
        }

        await balancer.Engine.ApplyAsync(settings.Change(TransportKind.Linux, options => options.Pools["site"].SendProxy = then));
        foreach (int round in Enumerable.Range(0, 3))
        {
            byte[][] run = [.. Enumerable.Range(0, 10).Select(i => Datagram.Create(0, i, i == 9 ? 30 : Length))];
            client.Send(run.SelectMany(bytes => bytes).ToArray());
            foreach (byte[] sent in run)
            {
                AssertIs(sent, (IPEndPoint)client.LocalEndPoint!, balancer.EndPoint, (await backend.ReceiveFromAsync()).Payload);
            }
        }

        Assert.Empty(balancer.Status.Dropped);
    }

    private static void AssertIs(byte[] payload, IPEndPoint client, IPEndPoint listener, byte[] received)
    {
        Assert.Equal(ProxyReading.Whole, ProxyHeaderReader.Read(received, out ProxyHeader header));
        bool isIPv4 = client.AddressFamily == AddressFamily.InterNetwork;
        Assert.Equal((isIPv4 ? 28 : 52, isIPv4 ? 0x12 : 0x22), (header.Length, received[13]));
        Assert.Equal((EndPointKey.From(client), EndPointKey.From(listener)), (header.Source, header.Destination));
        Assert.Equal(payload, received[header.Length..]);
    }

    private Task<EngineBalancer> StartAsync(TransportKind transport, IPEndPoint backend, IPEndPoint? bind = null, int? responses = null) =>
        Stage.StartEngineAsync(
            transport,
            BalancerSettings.ForDatagrams(backend) with
            {
                Bind = (bind ?? new IPEndPoint(IPAddress.Loopback, 0)).ToString(),
                Responses = responses,
                SendProxy = ProxyVersion.V2,
            });
}
