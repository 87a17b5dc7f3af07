// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>The engine itself cannot run for a while. What waits meanwhile in the kernel's queues counts as traffic.</summary>
public sealed class StarvationTests : EndToEndTest
{
    private const int Steps = 30;
    private const int Blockers = 64;
    private const int Flows = 20;

    // Of flows in a process that is stopped: longer than what comes before and after the stop takes on a busy machine.
    private const int IdleSeconds = 4;

    private static readonly TimeSpan Stop = TimeSpan.FromSeconds(IdleSeconds + 1);

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ThreadPool_BlockedWhileMemoryIsCollected_EndsNoFlowWithTraffic(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(backend.EndPoint, 1));
        DatagramClient[] clients = await StartFlowsAsync(balancer);

        // On a thread of its own: this test's steps would wait for the pool, too.
        await Waiting.ForAllAsync(
            "a starved engine's clients to send",
            TimeSpan.FromSeconds(30),
            Task.Factory.StartNew(() => Starve(clients), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

        await Waiting.UntilAsync(() => balancer.Datagrams.ToClients == Flows * (Steps + 1), "every datagram has come back", null, () => balancer.DescribeAsync().Result);
        Assert.Empty(balancer.Status.Closed);
        Assert.Empty(balancer.Status.Dropped);
        Assert.Equal(Enumerable.Repeat(Steps + 1, Flows), backend.Received.Values);
    }

    [PeerTheory("/bin/kill")]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Process_StoppedLongerThanTheIdleTimeout_EndsNoFlowWhoseDatagramsWait(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineProcess engine = await Stage.StartEngineProcessAsync(transport, Settings(backend.EndPoint, IdleSeconds));
        DatagramClient[] clients = await StartFlowsAsync(engine);

        engine.Child.Signal("STOP");
        foreach (DatagramClient client in clients)
        {
            await client.SendAsync(Datagram.Create(client.Number, 1, 100));
        }

        using (var timer = new PeriodicTimer(Stop))
        {
            await timer.WaitForNextTickAsync();
        }

        engine.Child.Signal("CONT");
        await ExpectSecondAsync(clients, engine, () => $"the backend got {string.Join(',', backend.Received.Values)}");

        EngineReport report = await engine.ReportAsync();
        Assert.Empty(report.Closed);
        Assert.Empty(report.Dropped);
        Assert.Equal(Enumerable.Repeat(2, Flows), backend.Received.Values);
    }

    [PeerTheory("/bin/kill")]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Process_StoppedWhileOnlyBackendsSpeak_EndsNoFlowWhoseRepliesWait(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineProcess engine = await Stage.StartEngineProcessAsync(transport, Settings(backend.EndPoint, IdleSeconds));
        var flows = new List<(DatagramClient Client, IPEndPoint BackendSide)>();
        for (int i = 0; i < Flows; i++)
        {
            DatagramClient client = Stage.AddClient(engine, i);
            await client.SendAsync(Datagram.Create(i, 0, 100));
            flows.Add((client, (await backend.EchoAsync()).From));
            await client.ReceiveAsync();
        }

        engine.Child.Signal("STOP");
        foreach ((DatagramClient client, IPEndPoint backendSide) in flows)
        {
            await backend.SendToAsync(Datagram.Create(client.Number, 1, 100), backendSide);
        }

        using (var timer = new PeriodicTimer(Stop))
        {
            await timer.WaitForNextTickAsync();
        }

        engine.Child.Signal("CONT");
        await ExpectSecondAsync(flows.Select(flow => flow.Client), engine, () => "the backend had sent all");

        Assert.Empty((await engine.ReportAsync()).Closed);
    }

    private static BalancerSettings Settings(IPEndPoint backend, int idleSeconds) =>
        BalancerSettings.ForDatagrams(backend) with { IdleTimeout = TimeSpan.FromSeconds(idleSeconds) };

    private async Task<DatagramClient[]> StartFlowsAsync(IBalancer balancer)
    {
        DatagramClient[] clients = [.. Enumerable.Range(0, Flows).Select(i => Stage.AddClient(balancer, i))];
        foreach (DatagramClient client in clients)
        {
            await client.EchoAsync();
        }

        return clients;
    }

    /// <summary>Each gets the datagram that went out during the stop. When one does not, the error says for whom something waits.</summary>
    private static async Task ExpectSecondAsync(IEnumerable<DatagramClient> clients, EngineProcess engine, Func<string> describe)
    {
        DatagramClient[] all = [.. clients];
        foreach (DatagramClient client in all)
        {
            try
            {
                Assert.Equal(Datagram.Create(client.Number, 1, 100), await client.ReceiveAsync());
            }
            catch (TimeoutException exception)
            {
                string waiting = string.Join(',', all.Where(other => other.HasPending).Select(other => other.Number));
                throw new TimeoutException($"{exception.Message} Something waits for: {waiting}; {describe()}; {await engine.DescribeAsync()}", exception);
            }
        }
    }

    /// <summary>Three seconds, three idle time-outs, in which every flow sends ten times a second.</summary>
    private static void Starve(DatagramClient[] clients)
    {
        using var release = new ManualResetEventSlim();
        using var released = new CountdownEvent(Blockers);
        for (int i = 0; i < Blockers; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static events =>
                {
                    events.Release.Wait();
                    events.Released.Signal();
                },
                (Release: release, Released: released),
                preferLocal: false);
        }

        try
        {
            var waste = new List<byte[]>();
            for (int step = 1; step <= Steps; step++)
            {
                foreach (DatagramClient client in clients)
                {
                    client.Send(Datagram.Create(client.Number, step, 100));
                }

                waste.Add(new byte[1_000_000]);
                GC.Collect(2, GCCollectionMode.Forced, blocking: true);

                // The beat of the traffic; nothing else sets it.
                release.Wait(TimeSpan.FromMilliseconds(100));
            }
        }
        finally
        {
            release.Set();
            released.Wait(Waiting.DefaultLimit);
        }
    }
}
