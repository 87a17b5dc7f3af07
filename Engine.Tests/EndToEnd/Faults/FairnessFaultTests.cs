// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using Microsoft.Extensions.Logging;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>Large and small beside each other, and a process that is busy with other things.</summary>
public sealed class FairnessFaultTests : EndToEndTest
{
    private const int Pings = 300;
    private const int BlockedItems = 64;

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task PingPong_BesideFourBulkStreams_IsNotStarved(TransportKind transport)
    {
        (ChildProcess echo, IPEndPoint echoEndPoint) = await EchoProgram.StartAsync();
        Stage.Own(echo);
        EngineProcess engine = await Stage.StartEngineProcessAsync(transport, BalancerSettings.For(echoEndPoint) with { Reactors = 1 });
        using BlockingClient client = new(engine.EndPoint);
        TimeSpan[] alone = client.PingPong(Pings);

        using var stop = new CancellationTokenSource();
        BulkStream[] streams = [.. Enumerable.Range(0, 4).Select(_ => Stage.Own(BulkStream.Start(engine.EndPoint, stop.Token)))];
        await Waiting.UntilAsync(() => streams.All(stream => stream.Echoed > 4_000_000), "every bulk stream runs", TimeSpan.FromSeconds(30));
        TimeSpan[] beside = client.PingPong(Pings);
        long[] echoed = [.. streams.Select(stream => stream.Echoed)];
        await stop.CancelAsync();
        await Waiting.ForAllAsync("the bulk streams to stop", Waiting.DefaultLimit, streams.Select(stream => stream.Completion));

        // Processors are shared with the bulk ends, so a wait is many times longer than alone whatever the engine does; a starved
        // ping waits for seconds. The bound is on the 99th percentile and on the mean.
        Assert.InRange(beside.Order().ElementAt(Pings * 99 / 100), TimeSpan.Zero, TimeSpan.FromMilliseconds(250));
        Assert.InRange(beside.Average(time => time.TotalMilliseconds), 0, 50 + (20 * alone.Average(time => time.TotalMilliseconds)));
        Assert.True(echoed.Min() * 20 > echoed.Max(), $"The bulk streams came to {string.Join(", ", echoed)} bytes.");
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ThreadPoolIsBlocked_AndTheCollectorRuns_NothingIsFalselyClosed(TransportKind transport)
    {
        (ChildProcess echo, IPEndPoint echoEndPoint) = await EchoProgram.StartAsync();
        Stage.Own(echo);
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.For(echoEndPoint) with { IdleTimeout = TimeSpan.FromSeconds(5) });
        using BlockingClient client = new(balancer.EndPoint);
        client.PingPong(10);
        using var release = new ManualResetEventSlim();
        using var left = new CountdownEvent(BlockedItems);
        int pings = 0;

        // From here on this test may not use the thread pool itself, so the part that measures has a thread of its own.
        Task measured = Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < BlockedItems; i++)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(
                        static gates =>
                        {
                            gates.release.Wait(Waiting.DefaultLimit);
                            gates.left.Signal();
                        },
                        (release, left),
                        preferLocal: false);
                }

                long start = Environment.TickCount64;
                while (Environment.TickCount64 - start < 1500)
                {
                    GC.Collect(2, GCCollectionMode.Forced, blocking: true);
                    if (transport == TransportKind.Linux)
                    {
                        client.PingPong(10);
                        pings += 10;
                    }
                }

                release.Set();
            },
            TaskCreationOptions.LongRunning);
        await Waiting.ForAllAsync("the blocked time to pass", TimeSpan.FromSeconds(30), measured);
        client.PingPong(10);

        // Reactors have threads of their own; the portable transport lives on the pool and may only be late.
        Assert.True(transport != TransportKind.Linux || pings >= 50, $"Only {pings} pings in 1.5 s of a blocked thread pool.");
        Assert.Empty(balancer.Status.Closed);
        Assert.DoesNotContain(balancer.Log.Lines, line => line.Level >= LogLevel.Error);

        // The pool runs an item whenever it comes to it: none may find its gate gone.
        await Waiting.UntilAsync(() => left.IsSet, "the blocked items have left the pool");
    }
}
