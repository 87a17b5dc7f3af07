// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Observability;
using LbEngine.Scheduling;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>Where flows go, and that TCP and UDP share what they should and nothing else.</summary>
public sealed class PlacementTests : EndToEndTest
{
    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Flows_Weights3And1_SpreadBy3To1(TransportKind transport)
    {
        const int Clients = 40;
        DatagramEcho heavy = Stage.AddDatagramEcho();
        DatagramEcho light = Stage.AddDatagramEcho();
        var settings = new BalancerSettings
        {
            Protocol = ListenerProtocol.Udp,
            Scheduler = SchedulerNames.SmoothWeightedRoundRobin,
            Backends = [new("heavy", heavy.EndPoint.ToString(), Weight: 3), new("light", light.EndPoint.ToString(), Weight: 1)],
        };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);

        for (int i = 0; i < Clients; i++)
        {
            await Stage.AddClient(balancer, i).EchoAsync();
        }

        Assert.Equal((30, 10), (heavy.Received.Count, light.Received.Count));
        Assert.Equal((30, 10), (balancer.Backend(0).ActiveConnections, balancer.Backend(1).ActiveConnections));
    }

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task TcpAndUdp_OnOnePort_BothServeAndAreListedByProtocol(TransportKind transport, string address)
    {
        var own = IPAddress.Parse(address);
        ScriptedBackend streams = Stage.AddBackend(own, port: FreePort.Find(own).Port);
        DatagramEcho datagrams = Stage.AddDatagramEcho(own, streams.EndPoint.Port);
        BalancerSettings settings = BalancerSettings.For(streams.EndPoint) with { Bind = FreePort.Find(own).ToString(), BothProtocols = true };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);

        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, streams);
        DatagramClient flow = Stage.AddClient(balancer, 7);
        for (int round = 0; round < 5; round++)
        {
            await client.SendAsync(1000);
            await flow.EchoAsync(round);
            await server.ReceiveAsync(1000);
        }

        ConnectionStatus[] rows = [.. balancer.Engine.GetConnections().OrderBy(row => row.Protocol)];
        Assert.Equal([(ListenerProtocol.Tcp, "web"), (ListenerProtocol.Udp, "other")], rows.Select(row => (row.Protocol, row.Listener)));
        Assert.Equal(flow.EndPoint, rows[1].Client);
        Assert.Equal(balancer.Status.Listeners[0].EndPoint, balancer.Status.Listeners[1].EndPoint);
        Assert.Single(datagrams.Received);
        Assert.Null(balancer.Status.Listeners[0].Datagrams);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Affinity_OneAddressOverTcpAndUdp_MeetsOneBackend(TransportKind transport)
    {
        const int Clients = 8;
        ScriptedBackend[] streams = [.. Enumerable.Range(0, 2).Select(_ => Stage.AddBackend(port: FreePort.Find(IPAddress.Loopback).Port))];
        DatagramEcho[] datagrams = [.. streams.Select(backend => Stage.AddDatagramEcho(port: backend.EndPoint.Port))];
        BalancerSettings settings = BalancerSettings.For(streams[0].EndPoint, streams[1].EndPoint) with
        {
            Bind = FreePort.Find(IPAddress.Loopback).ToString(),
            BothProtocols = true,
            Scheduler = SchedulerNames.SmoothWeightedRoundRobin,
            Affinity = new AffinityOptions(),
        };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);

        // Every second client begins with UDP, so that each protocol follows the other's choice.
        for (int i = 0; i < Clients; i++)
        {
            var from = IPAddress.Parse($"127.0.0.{10 + i}");
            if (i % 2 == 0)
            {
                await Stage.AddClient(balancer, i, from).EchoAsync();
            }

            Stage.Own(await Peer.ConnectAsync(balancer.EndPoint, i, from: from));
            await Waiting.UntilAsync(() => streams.Any(backend => backend.HasPending), "the connection reaches a backend");
            int chosen = Array.FindIndex(streams, backend => backend.HasPending);
            await Stage.AcceptAsync(streams[chosen], i);
            int[] before = [.. datagrams.Select(backend => backend.Received.Count)];
            await Stage.AddClient(balancer, i, from).EchoAsync();
            int[] now = [.. datagrams.Select(backend => backend.Received.Count)];

            Assert.Equal((before[chosen] + 1, before[1 - chosen]), (now[chosen], now[1 - chosen]));
        }

        Assert.Equal(Clients, balancer.Status.Pools[0].AffinityEntries);
        Assert.All(balancer.Status.Pools[0].Backends, backend => Assert.InRange(backend.TotalConnections, 1, long.MaxValue));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Flow_WithReplies_IsListedWithItsBytesAndCounted(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.ForDatagrams(backend.EndPoint));
        DatagramClient client = Stage.AddClient(balancer);

        await client.SendAsync(Datagram.Create(1, 0, 100));
        ReceivedDatagram request = await backend.ReceiveFromAsync();
        ConnectionPhase before = Assert.Single(balancer.Engine.GetConnections()).Phase;
        await client.SendAsync(Datagram.Create(1, 1, 60));
        await backend.ReceiveFromAsync();
        await backend.SendToAsync(Datagram.Create(2, 0, 1000), request.From);
        await client.ReceiveAsync();
        await Waiting.UntilAsync(() => balancer.Datagrams.ToClients == 1, "the reply is counted");

        ConnectionStatus row = Assert.Single(balancer.Engine.GetConnections());
        Assert.Equal((client.EndPoint, ListenerProtocol.Udp, "web", "site", "b0"), (row.Client, row.Protocol, row.Listener, row.Pool, row.Backend));
        Assert.Equal((160L, 1000L), (row.BytesToBackend, row.BytesToClient));
        Assert.NotEqual(before, row.Phase);
        Assert.Equal(new DatagramStatus(2, 160, 1, 1000, 0), balancer.Datagrams);
        Assert.Equal((1L, 0L, 1), (balancer.Status.Listeners[0].AcceptedConnections, balancer.Status.Listeners[0].RejectedConnections, balancer.Status.ActiveConnections));
    }
}
