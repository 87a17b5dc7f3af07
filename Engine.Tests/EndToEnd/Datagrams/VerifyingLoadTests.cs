// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Scheduling;
using LbEngine.Tests.EndToEnd.Harness;
using Xunit.Abstractions;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>Thousands of flows in bursts: no flow ever sees a byte of another, and nothing is lost while the backends live.</summary>
public sealed class VerifyingLoadTests(ITestOutputHelper output) : EndToEndTest
{
    private const int Flows = 2000;
    private const int Backends = 3;
    private const int Victims = 50;

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
        VerifyingLoad load = Stage.Own(new VerifyingLoad(balancer.EndPoint, Flows, TimeSpan.FromSeconds(5)));

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
        HeldDatagramPort[] ports = [.. Enumerable.Range(0, Backends).Select(_ => Stage.Own(new HeldDatagramPort()))];
        ChildProcess[] children = await Task.WhenAll(ports.Select(port => DatagramEchoProgram.StartAsync(port.EndPoint)));
        try
        {
            EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings([.. ports.Select(port => port.EndPoint)]));
            VerifyingLoad load = Stage.Own(new VerifyingLoad(balancer.EndPoint, Flows, TimeSpan.FromMilliseconds(100)));
            await load.RunAsync(1);
            Assert.Equal(0, load.Lost);

            // Each backend dies under the load and comes back.
            for (int i = 0; i < Backends; i++)
            {
                Task running = load.RunAsync(2, TimeSpan.FromSeconds(120));
                long before = load.Sent;
                await Waiting.UntilAsync(() => load.Sent > before + (Flows * VerifyingLoad.Burst / 4), "the load is under way");
                children[i].Dispose();
                await Waiting.UntilAsync(() => balancer.Backend(i).ConnectFailures >= Victims, $"{Victims} flows have met the dead backend", TimeSpan.FromSeconds(30));
                children[i] = await DatagramEchoProgram.StartAsync(ports[i].EndPoint);
                await running;
            }

            output.WriteLine($"{load.Sent} sent, {load.Lost} lost, {load.Late} late; at most {load.MostLost} of one flow; {await balancer.DescribeAsync()}");
            long lost = load.Lost;
            await load.RunAsync(1);
            load.ReceiveRest();

            Assert.Empty(load.Wrong);
            Assert.Equal(lost, load.Lost);
            Assert.Equal([CloseReason.BackendRefused], balancer.Status.Closed.Keys);

            // A third of the flows for each kill, and those that meet the dead one again: the others have no part in it.
            Assert.InRange(lost, Victims, Backends * Flows * VerifyingLoad.Burst / 2);
        }
        finally
        {
            foreach (ChildProcess child in children)
            {
                child.Dispose();
            }
        }
    }

    private static BalancerSettings Settings(IPEndPoint[] backends) =>
        BalancerSettings.ForDatagrams(backends) with { Scheduler = SchedulerNames.SmoothWeightedRoundRobin };
}
