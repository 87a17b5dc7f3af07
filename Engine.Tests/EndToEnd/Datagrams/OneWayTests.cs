// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Scheduling;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary><c>responses: 0</c>: syslog, NetFlow, statsd.</summary>
public sealed class OneWayTests : EndToEndTest
{
    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Datagrams_ThatNobodyAnswers_HoldNeitherDescriptorNorPlace(TransportKind transport)
    {
        const int Datagrams = 3000;
        DatagramEcho first = Stage.AddDatagramEcho(answers: _ => false);
        DatagramEcho second = Stage.AddDatagramEcho(answers: _ => false);
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.ForDatagrams(first.EndPoint, second.EndPoint) with
            {
                Responses = 0,
                Requests = 1,
                Reactors = 2,
                Scheduler = SchedulerNames.SmoothWeightedRoundRobin,
            });
        DatagramClient[] clients = [.. Enumerable.Range(0, 10).Select(i => Stage.AddClient(balancer, i))];
        int before = OpenDescriptors.CountSockets();

        for (int i = 0; i < Datagrams; i++)
        {
            // A few at a time, so that none is lost on the way.
            clients[i % clients.Length].Send(Datagram.Create(i % clients.Length, i, 100));
            if (i % 100 == 99)
            {
                await Waiting.UntilAsync(() => first.Received.Values.Sum() + second.Received.Values.Sum() == i + 1, $"{i + 1} datagrams have arrived");
            }
        }

        // Two sockets at most for each reactor: one to each backend.
        Assert.InRange(OpenDescriptors.CountSockets() - before, 1, 4);
        Assert.InRange(first.Received.Count + second.Received.Count, 2, 4);
        Assert.Equal((Datagrams / 2, Datagrams / 2), (first.Received.Values.Sum(), second.Received.Values.Sum()));
        await balancer.WaitForNothingAsync();
        Assert.Equal(Datagrams, balancer.Closed(CloseReason.Completed));
        Assert.Equal((Datagrams, Datagrams * 100L), (balancer.Datagrams.ToBackends, balancer.Datagrams.BytesToBackends));
        Assert.Empty(balancer.Status.Dropped);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Backend_Refuses_IsLeftOutAndTheOthersGetTheRest(TransportKind transport)
    {
        HeldDatagramPort dead = Stage.Own(new HeldDatagramPort());
        DatagramEcho alive = Stage.AddDatagramEcho(answers: _ => false);
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.ForDatagrams(dead.EndPoint, alive.EndPoint) with { Responses = 0 });
        DatagramClient client = Stage.AddClient(balancer);

        await client.SendAsync(Datagram.Create(0, 0, 100));
        await Waiting.UntilAsync(() => balancer.Backend(0).IsEjected, "the refusal has the backend left out");
        for (int i = 1; i <= 10; i++)
        {
            await client.SendAsync(Datagram.Create(0, i, 100));
        }

        await Waiting.UntilAsync(() => alive.Received.Values.Sum() == 10, "the other backend has all that came then");
        Assert.Equal((1L, 1L), (balancer.Backend(0).ConnectFailures, balancer.Dropped(DropReason.Refused)));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task OnlyBackend_DiesAndReturns_LosesWhatItRefusedAndNoMore(TransportKind transport)
    {
        DatagramEcho only = Stage.AddDatagramEcho(answers: _ => false);
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.ForDatagrams(only.EndPoint) with { Responses = 0, Passive = null });
        DatagramClient client = Stage.AddClient(balancer);
        for (int round = 1; round <= 5; round++)
        {
            only.Kill();
            await client.SendAsync(Datagram.Create(0, round, 100));
            await Waiting.UntilAsync(() => balancer.Dropped(DropReason.Refused) == round, "the refusal is counted");
            only.Restart();
            await client.SendAsync(Datagram.Create(0, round, 100));
            await Waiting.UntilAsync(() => only.Received.Values.Sum() == round, "the next datagram arrives");
        }
    }
}
