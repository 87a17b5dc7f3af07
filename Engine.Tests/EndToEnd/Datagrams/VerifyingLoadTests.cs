// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Scheduling;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using Xunit.Abstractions;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>Thousands of flows in bursts: no flow ever sees a byte of another, and nothing is lost while the backends live.</summary>
public sealed class VerifyingLoadTests(ITestOutputHelper output) : EndToEndTest
{
    private const int Flows = 2000;
    private const int Backends = 3;

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task Bursts_OfThousandsOfFlows_AllComeBackToTheirOwn(TransportKind transport, string address)
    {
        const int Rounds = 3;
        var own = IPAddress.Parse(address);
        DatagramEcho[] backends = [.. Enumerable.Range(0, Backends).Select(_ => Stage.AddDatagramEcho(own))];
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            Settings([.. backends.Select(backend => backend.EndPoint)]) with { Bind = new IPEndPoint(own, 0).ToString() });
        VerifyingLoad load = Stage.Own(new VerifyingLoad(balancer.EndPoint, Flows));

        await load.RunAsync(Rounds);

        load.ReceiveRest();
        const int Datagrams = Flows * Rounds * VerifyingLoad.Burst;
        Assert.Empty(load.Wrong);
        Assert.Equal((Datagrams, 0, 0), (load.Sent, load.Lost, load.Late));
        Assert.Empty(balancer.Status.Dropped);
        Assert.Equal(0, SocketDrops.Count());
        Assert.Equal(Flows, balancer.Status.ActiveConnections);
        Assert.Equal(Enumerable.Repeat(Rounds * VerifyingLoad.Burst, Flows), backends.SelectMany(backend => backend.Received.Values));
        await Waiting.UntilAsync(() => balancer.Datagrams.ToClients == Datagrams, "every datagram is counted", null, () => $"{balancer.Datagrams}");
        Assert.Equal(Datagrams, balancer.Datagrams.ToBackends);
        Assert.Equal(balancer.Datagrams.BytesToBackends, balancer.Datagrams.BytesToClients);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Bursts_WhileBackendsAreKilledAndReturn_NoFlowSeesAnother(TransportKind transport)
    {
        const int Kills = 2;
        HeldDatagramPort[] ports = [.. Enumerable.Range(0, Backends).Select(_ => Stage.Own(new HeldDatagramPort()))];
        var children = new List<ChildProcess>();
        foreach (HeldDatagramPort port in ports)
        {
            children.Add(Stage.Own(await DatagramEchoProgram.StartAsync(port.EndPoint)));
        }

        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings([.. ports.Select(port => port.EndPoint)]));
        VerifyingLoad load = Stage.Own(new VerifyingLoad(balancer.EndPoint, Flows));
        await load.RunAsync(1);
        Assert.Equal(0, load.Lost);

        for (int i = 0; i < Kills; i++)
        {
            // No more than half of a pool is left out at once.
            await Waiting.UntilAsync(() => balancer.Status.Pools[0].Backends.All(backend => !backend.IsEjected), "every backend takes traffic", TimeSpan.FromSeconds(15));
            load.Patience = TimeSpan.FromMilliseconds(100);
            long before = load.Sent;
            Task running = load.RunAsync(3);
            await Waiting.UntilAsync(() => load.Sent > before + (Flows * VerifyingLoad.Burst / 4), "the load is under way");
            children[i].Kill();
            await Waiting.UntilAsync(() => balancer.Backend(i).ActiveConnections == 0, "every flow has left the dead backend", null, () => $"{balancer.Backend(i)}");
            Stage.Own(await DatagramEchoProgram.StartAsync(ports[i].EndPoint));
            await running;
        }

        output.WriteLine($"{load.Sent} sent, {load.Lost} lost, {load.Late} late; at most {load.MostLost} of one flow; {await balancer.DescribeAsync()}");
        long lost = load.Lost;
        await Waiting.UntilAsync(() => balancer.Status.Pools[0].Backends.All(backend => !backend.IsEjected), "every backend takes traffic", TimeSpan.FromSeconds(15));
        load.Patience = TimeSpan.FromSeconds(5);
        await load.RunAsync(1);
        load.ReceiveRest();

        Assert.Empty(load.Wrong);
        Assert.Equal(lost, load.Lost);
        Assert.Equal([CloseReason.BackendRefused, CloseReason.BackendLeft], balancer.Status.Closed.Keys);
        Assert.InRange(balancer.Closed(CloseReason.BackendLeft), 1, Kills * Flows);
        Assert.InRange(load.MostLost, 1, Kills * VerifyingLoad.Burst);

        // What was under way to a backend when it died, and what came until it was left out; each of its flows had more to come.
        Assert.InRange(lost, 1, Kills * Flows / Backends * VerifyingLoad.Burst / 4);
    }

    private static BalancerSettings Settings(IPEndPoint[] backends) =>
        BalancerSettings.ForDatagrams(backends) with { Scheduler = SchedulerNames.SmoothWeightedRoundRobin };
}
