// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>
/// Very many clients, at once or one after the other. Engine, backend and clients are processes of their own, so that each has its own descriptors.
/// </summary>
public sealed class CrowdFaultTests : EndToEndTest
{
    public static TheoryData<TransportKind, int> StormSizes { get; } = Transports.Each(linux: 5000, sockets: 5000);

    /// <summary>The portable transport needs longer for each.</summary>
    public static TheoryData<TransportKind, int> ChurnSizes { get; } = Transports.Each(linux: 60_000, sockets: 20_000);

    [Theory]
    [MemberData(nameof(StormSizes))]
    public async Task Storm_ThousandsOfClientsAtOnce_AllAreServedAndAnEstablishedOneIsNotStarved(TransportKind transport, int clients)
    {
        EngineProcess engine = await StartAsync(transport);
        Peer established = Stage.Own(await EchoClientAsync(engine.EndPoint));
        using var stop = new CancellationTokenSource();
        Task<TimeSpan> pingPong = MeasureWorstPingAsync(established, stop.Token);

        var sockets = new List<Socket>(clients);
        for (int i = 0; i < clients; i++)
        {
            sockets.Add(Stage.Own(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)));
        }

        int served = 0;
        await Waiting.ForAllAsync(
            $"{clients} clients to be served",
            TimeSpan.FromSeconds(60),
            sockets.Select(async socket =>
            {
                await socket.ConnectAsync(engine.EndPoint);
                await socket.SendAsync(new byte[] { 42 });
                var answer = new byte[1];
                Assert.Equal(1, await socket.ReceiveAsync(answer));
                Interlocked.Increment(ref served);
            }));
        await stop.CancelAsync();

        Assert.Equal(clients, served);
        EngineReport report = await engine.ReportAsync();
        Assert.Equal(clients + 1, report.Active);
        Assert.Equal(0, report.Rejected);
        Assert.InRange(await pingPong, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [MemberData(nameof(ChurnSizes))]
    public async Task Churn_ManyShortConnections_TheLastQuarterIsAsFastAsTheFirst(TransportKind transport, int connections)
    {
        EngineProcess engine = await StartAsync(transport);
        var quarters = new List<TimeSpan>();
        await RunShortConnectionsAsync(engine.EndPoint, 1000);

        for (int quarter = 0; quarter < 4; quarter++)
        {
            long start = Stopwatch.GetTimestamp();
            await RunShortConnectionsAsync(engine.EndPoint, connections / 4);
            quarters.Add(Stopwatch.GetElapsedTime(start));
        }

        // Generous, because of a machine with other work: a pile-up makes it many times slower, not twice.
        Assert.True(quarters[3] < 3 * quarters[0], $"The quarters took {string.Join(", ", quarters.Select(time => $"{time.TotalSeconds:0.0} s"))}.");
        EngineReport report = await engine.WaitForReportAsync(report => report.Active == 0, "every connection has ended");
        Assert.Equal(connections + 1000, report.Closed["Completed"]);
        Assert.Single(report.Closed);
        Assert.Equal([0L], report.ConnectFailures);
    }

    private async Task<EngineProcess> StartAsync(TransportKind transport)
    {
        (ChildProcess echo, IPEndPoint backend) = await EchoProgram.StartAsync();
        Stage.Own(echo);
        return await Stage.StartEngineProcessAsync(transport, BalancerSettings.For(backend));
    }

    /// <summary>Connects, asks, is answered, says goodbye and waits for the other's goodbye, on a few threads.</summary>
    private static Task RunShortConnectionsAsync(IPEndPoint endPoint, int count)
    {
        const int Threads = 4;
        Task[] threads = [.. Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var answer = new byte[16];
                for (int i = 0; i < count / Threads; i++)
                {
                    using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };
                    socket.Connect(endPoint);
                    socket.Send([1, 2, 3, 4]);
                    for (int got = 0; got < 4;)
                    {
                        int n = socket.Receive(answer);
                        Assert.NotEqual(0, n);
                        got += n;
                    }

                    socket.Shutdown(SocketShutdown.Send);
                    Assert.Equal(0, socket.Receive(answer));
                }
            },
            TaskCreationOptions.LongRunning))];
        return Waiting.ForAllAsync($"{count} short connections", TimeSpan.FromSeconds(60), threads);
    }

    private static async Task<Peer> EchoClientAsync(IPEndPoint endPoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint);
        return new Peer(socket, "the established client", 1, 1);
    }

    private static async Task<TimeSpan> MeasureWorstPingAsync(Peer peer, CancellationToken stop)
    {
        TimeSpan worst = TimeSpan.Zero;
        while (!stop.IsCancellationRequested)
        {
            long start = Stopwatch.GetTimestamp();
            await peer.SendAsync(1);
            await peer.ReceiveAsync(1);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            worst = elapsed > worst ? elapsed : worst;
        }

        return worst;
    }
}
