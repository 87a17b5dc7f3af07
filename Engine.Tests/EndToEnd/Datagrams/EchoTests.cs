// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Scheduling;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>Datagrams go through whole, whatever their size, and a flow keeps its backend.</summary>
public sealed class EchoTests : EndToEndTest
{
    private const int Clients = 20;
    private const int MostBytes = 65507;

    // 1472 fills a packet of Ethernet, 1473 does not fit into one.
    private static readonly int[] Sizes = [0, 1, 100, 1472, 1473, 16384, MostBytes, 0, 1];

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task Datagrams_OfEverySize_ArriveWholeBothWays(TransportKind transport, string address)
    {
        DatagramBackend backend = Stage.AddDatagramBackend(IPAddress.Parse(address));
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(address, backend.EndPoint));

        await CheckSizesAsync(balancer, backend);

        Assert.Empty(balancer.Status.Dropped);
        Assert.Empty(balancer.Status.Closed);
    }

    [PeerTheory(NginxBalancer.Program, NginxBalancer.StreamModule)]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Datagrams_OfEverySize_ArriveWholeThroughNginx(string address)
    {
        DatagramBackend backend = Stage.AddDatagramBackend(IPAddress.Parse(address));
        IBalancer balancer = await Stage.StartAsync(BalancerKind.Nginx, Settings(address, backend.EndPoint));

        await CheckSizesAsync(balancer, backend);
    }

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task Flows_OfManyClients_EachStaysAtItsBackend(TransportKind transport, string address)
    {
        DatagramEcho first = Stage.AddDatagramEcho(IPAddress.Parse(address));
        DatagramEcho second = Stage.AddDatagramEcho(IPAddress.Parse(address));
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(address, first.EndPoint, second.EndPoint));

        await CheckFlowsAsync(balancer, first, second);

        Assert.Equal(Clients, balancer.Status.ActiveConnections);
        Assert.Equal([Clients / 2, Clients / 2], [balancer.Backend(0).ActiveConnections, balancer.Backend(1).ActiveConnections]);
    }

    [PeerTheory(NginxBalancer.Program, NginxBalancer.StreamModule)]
    [InlineData("127.0.0.1")]
    public async Task Flows_OfManyClients_EachStaysAtItsBackendThroughNginx(string address)
    {
        DatagramEcho first = Stage.AddDatagramEcho(IPAddress.Parse(address));
        DatagramEcho second = Stage.AddDatagramEcho(IPAddress.Parse(address));
        IBalancer balancer = await Stage.StartAsync(BalancerKind.Nginx, Settings(address, first.EndPoint, second.EndPoint));

        await CheckFlowsAsync(balancer, first, second);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Backend_SpeaksUnasked_ItsFlowsClientHearsIt(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings("127.0.0.1", backend.EndPoint));
        DatagramClient client = Stage.AddClient(balancer);
        DatagramClient stranger = Stage.AddClient(balancer);
        await client.SendAsync(Datagram.Create(1, 1, 50));
        ReceivedDatagram request = await backend.ReceiveFromAsync();

        for (int sequence = 0; sequence < 10; sequence++)
        {
            byte[] reply = Datagram.Create(2, sequence, 200);
            await backend.SendToAsync(reply, request.From);
            Assert.Equal(reply, await client.ReceiveAsync());
        }

        Assert.False(stranger.HasPending);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Strangers_ThatSendToTheFlowsBackendSide_AreNotHeard(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        DatagramBackend stranger = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings("127.0.0.1", backend.EndPoint));
        DatagramClient client = Stage.AddClient(balancer);
        await client.SendAsync(Datagram.Create(1, 1, 50));
        ReceivedDatagram request = await backend.ReceiveFromAsync();

        await stranger.SendToAsync(Datagram.Create(3, 0, 200), request.From);
        byte[] reply = Datagram.Create(2, 0, 200);
        await backend.SendToAsync(reply, request.From);

        Assert.Equal(reply, await client.ReceiveAsync());
        Assert.False(client.HasPending);
    }

    private static BalancerSettings Settings(string address, params ReadOnlySpan<IPEndPoint> backends) =>
        BalancerSettings.ForDatagrams(backends) with
        {
            Bind = new IPEndPoint(IPAddress.Parse(address), 0).ToString(),
            Scheduler = SchedulerNames.SmoothWeightedRoundRobin,
        };

    private async Task CheckSizesAsync(IBalancer balancer, DatagramBackend backend)
    {
        DatagramClient client = Stage.AddClient(balancer);
        var from = new HashSet<IPEndPoint>();
        for (int i = 0; i < Sizes.Length; i++)
        {
            byte[] request = Datagram.Create(1, i, Sizes[i]);
            byte[] reply = Datagram.Create(2, i, Sizes[^(i + 1)]);
            await client.SendAsync(request);
            ReceivedDatagram arrived = await backend.ReceiveFromAsync();
            await backend.SendToAsync(reply, arrived.From);

            Assert.Equal(request, arrived.Payload);
            Assert.Equal(reply, await client.ReceiveAsync());
            from.Add(arrived.From);
        }

        Assert.Single(from);
    }

    private async Task CheckFlowsAsync(IBalancer balancer, DatagramEcho first, DatagramEcho second)
    {
        const int Rounds = 5;
        var clients = new List<DatagramClient>();
        for (int i = 0; i < Clients; i++)
        {
            clients.Add(Stage.AddClient(balancer, i));
        }

        for (int round = 0; round < Rounds; round++)
        {
            foreach (DatagramClient client in clients)
            {
                await client.EchoAsync(round);
            }
        }

        // Each flow came from one port of the balancer, and with all its datagrams.
        Assert.Equal(Enumerable.Repeat(Rounds, Clients / 2), first.Received.Values);
        Assert.Equal(Enumerable.Repeat(Rounds, Clients / 2), second.Received.Values);
    }
}
