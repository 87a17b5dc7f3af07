// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>The balancer's host has a slow cable, a small packet size, or no ports left.</summary>
public sealed class NetworkFaultTests : EndToEndTest
{
    private const string Tc = "/usr/sbin/tc";
    private const string Ip = "/usr/sbin/ip";
    private const string Sysctl = "/usr/sbin/sysctl";
    private const int Port = 8000;

    [RootTheory(Ip, Tc)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task SendQueue_FullBehindASlowCable_DropsAreCountedAndTheProcessorRests(TransportKind transport)
    {
        const int Replies = 10_000;
        const int Together = 64;
        const int Length = 1000;
        (NetworkNamespace network, EngineProcess engine, DatagramBackend backend) = await StartAsync(transport, settings => settings);
        DatagramClient client = Stage.AddClient(engine);
        await client.SendAsync(Datagram.Create(1, 0, 100));
        ReceivedDatagram request = await backend.EchoAsync();
        await client.ReceiveAsync();

        // A queue longer than any socket's share: the socket fills first, and its next send is refused.
        await network.RunAsync(Tc, "qdisc", "add", "dev", network.InsideDevice, "root", "tbf", "rate", "2mbit", "burst", "4k", "limit", "200mb");
        EngineReport full = await engine.ReportAsync();
        for (int sent = 0; sent < Replies;)
        {
            // A few at a time, so that none is lost on the way to the balancer.
            for (int i = 0; i < Together; i++)
            {
                await backend.SendToAsync(Datagram.Create(2, sent++, Length), request.From);
            }

            full = await engine.WaitForReportAsync(
                report => report.Datagrams!.ToClients - 1 + report.Dropped.Values.Sum() == sent,
                $"{sent} replies were sent on or dropped");
        }

        Assert.InRange(full.Dropped[nameof(DropReason.SendQueueFull)], 1, Replies);
        Assert.Equal([nameof(DropReason.SendQueueFull)], full.Dropped.Keys);
        await EnsureRestAsync(engine);

        // The cable is fast again, and the flow goes on.
        await network.RunAsync(Tc, "qdisc", "del", "dev", network.InsideDevice, "root");
        DatagramClient next = Stage.AddClient(engine, 3);
        await next.SendAsync(Datagram.Create(3, 0, 100));
        await backend.EchoAsync();
        Assert.Equal(Datagram.Create(3, 0, 100), await next.ReceiveAsync());
        EngineReport after = await engine.ReportAsync();
        Assert.Equal((0L, 2), (after.ConnectFailures[0], after.Active));
        Assert.Empty(after.Closed);
    }

    [RootTheory(Ip)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Datagrams_LargerThanAPacket_ArriveWholeBothWays(TransportKind transport)
    {
        (_, EngineProcess engine, DatagramBackend backend) = await StartAsync(transport, settings => settings);
        DatagramClient client = Stage.AddClient(engine);

        foreach (int length in (int[])[1472, 1473, 3000, 9000, 65507])
        {
            byte[] request = Datagram.Create(1, length, length);
            await client.SendAsync(request);
            Assert.Equal(request, (await backend.EchoAsync()).Payload);
            Assert.Equal(request, await client.ReceiveAsync());
        }

        Assert.Empty((await engine.ReportAsync()).Dropped);
    }

    [RootTheory(Ip, Sysctl)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task SourcePorts_RunOut_ClientsAreCountedOutAndServedLater(TransportKind transport)
    {
        const int Ports = 50;
        const int Clients = 200;
        const int NoLocalPortEvent = 305;
        (_, EngineProcess engine, DatagramBackend backend) = await StartAsync(
            transport,
            settings => settings with { IdleTimeout = TimeSpan.FromSeconds(2) },
            network => network.RunAsync(Sysctl, "-w", "net.ipv4.ip_local_port_range=40000 40049"));
        for (int i = 0; i < Ports; i++)
        {
            DatagramClient client = Stage.AddClient(engine, i);
            await client.SendAsync(Datagram.Create(i, 0, 100));
            await backend.EchoAsync();
            await client.ReceiveAsync();
        }

        for (int i = Ports; i < Clients; i++)
        {
            await Stage.AddClient(engine, i).SendAsync(Datagram.Create(i, 0, 100));
        }

        EngineReport without = await engine.WaitForReportAsync(
            report => report.Dropped.Values.Sum() == Clients - Ports && report.Active == Ports,
            "every client beyond the ports is counted out, and its flow has ended");
        Assert.Equal([nameof(DropReason.NoResources)], without.Dropped.Keys);
        Assert.Equal(0, without.ConnectFailures[0]);
        Assert.Equal(new Dictionary<string, long> { [nameof(CloseReason.ResourceExhausted)] = Clients - Ports }, without.Closed);
        await engine.ReportAsync();
        string log = await engine.Child.WaitForLineAsync(EngineProcessProgram.LogPrefix + NoLocalPortEvent);
        Assert.Contains("ip_local_port_range", log, StringComparison.Ordinal);

        await engine.WaitForReportAsync(report => report.Active == 0, "the flows end");
        DatagramClient late = Stage.AddClient(engine, Clients);
        await late.SendAsync(Datagram.Create(Clients, 0, 100));
        await backend.EchoAsync();
        await late.ReceiveAsync();
    }

    /// <summary>An engine inside a namespace, its backend and its clients outside.</summary>
    private async Task<(NetworkNamespace Network, EngineProcess Engine, DatagramBackend Backend)> StartAsync(
        TransportKind transport,
        Func<BalancerSettings, BalancerSettings> adjust,
        Func<NetworkNamespace, Task>? prepareAsync = null)
    {
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        if (prepareAsync is not null)
        {
            await prepareAsync(network);
        }

        DatagramBackend backend = Stage.AddDatagramBackend(network.Outside);
        BalancerSettings settings = BalancerSettings.ForDatagrams(backend.EndPoint) with { Bind = new IPEndPoint(network.Inside, Port).ToString() };
        return (network, await Stage.StartEngineProcessAsync(transport, adjust(settings), network.Launcher), backend);
    }

    /// <summary>The best of three seconds, because the runtime still compiles in the first: at most 5 % of a processor.</summary>
    private static async Task EnsureRestAsync(EngineProcess engine)
    {
        var used = new List<TimeSpan>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 3; i++)
        {
            TimeSpan before = engine.Child.ProcessorTime;
            await timer.WaitForNextTickAsync();
            used.Add(engine.Child.ProcessorTime - before);
        }

        Assert.InRange(used.Min(), TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
    }
}
