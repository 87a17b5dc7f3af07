// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Tests.Harness.Threads;

namespace LbEngine.Tests.EndToEnd.Health;

/// <summary>Health checks of whole engines over real backends.</summary>
public sealed class ActiveHealthTests : EndToEndTest
{
    private static readonly HealthOptions QuickTcp = new() { Interval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(2) };

    private static readonly HealthOptions QuickHttp = new() { Type = HealthCheckType.Http, Interval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromMilliseconds(500) };

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Tcp_BackendGoesAwayAndComesBack_IsDownThenUpAgain(TransportKind transport)
    {
        AnsweringBackend backend = Stage.Own(new AnsweringBackend("hello"));
        AnsweringBackend other = Stage.Own(new AnsweringBackend("hello"));
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint, other.EndPoint) with { Health = QuickTcp });
        await WaitForAsync(balancer, HealthState.Up, HealthState.Up);

        backend.GoAway();
        await WaitForAsync(balancer, HealthState.Down, HealthState.Up);
        Peer client = await Stage.ConnectAsync(balancer);
        await Waiting.UntilAsync(() => balancer.Backend(1).ActiveConnections == 1, "the client is with the other backend");
        (ProbeCause Cause, string Result) whenDown = (balancer.Backend(0).LastProbe!.Cause, balancer.Backend(0).LastProbe!.Result);
        backend.Listen();
        await WaitForAsync(balancer, HealthState.Up, HealthState.Up);

        Assert.Equal((ProbeCause.Refused, "refused: nothing listens there"), whenDown);
        Assert.Equal(0, balancer.Backend(0).TotalConnections);
        Assert.Equal(0, other.Requests);
        int[] events = [.. balancer.Log.Lines.Select(line => line.Id).Where(id => id is 201 or 202)];
        Assert.Equal([201, 202], events);
        client.Dispose();
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Http_BackendAnswers500AndThenWell_IsDownThenUpAgain(TransportKind transport)
    {
        AnsweringBackend backend = Stage.Own(new AnsweringBackend(AnsweringBackend.Http(200)));
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint) with { Health = QuickHttp });
        await WaitForAsync(balancer, HealthState.Up);

        backend.Answer = AnsweringBackend.Http(500);
        await WaitForAsync(balancer, HealthState.Down);
        (ProbeCause Cause, string Result) whenDown = (balancer.Backend(0).LastProbe!.Cause, balancer.Backend(0).LastProbe!.Result);
        bool isOpen = balancer.Status.Pools[0].IsFailingOpen;
        backend.Answer = AnsweringBackend.Http(204);
        await WaitForAsync(balancer, HealthState.Up);

        Assert.Equal((ProbeCause.WrongStatus, "answered with status 500"), whenDown);
        Assert.True(isOpen);
        Assert.False(balancer.Status.Pools[0].IsFailingOpen);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task StoppedProcess_HandshakesGoOn_OnlyHttpFindsItDown(TransportKind transport)
    {
        (ChildProcess child, IPEndPoint backend) = await EchoProgram.StartAsync();
        Stage.Own(child);
        BalancerSettings settings = BalancerSettings.For(backend);
        EngineBalancer byTcp = await Stage.StartEngineAsync(transport, settings with { Health = QuickTcp });
        EngineBalancer byEcho = await Stage.StartEngineAsync(
            transport,
            settings with { Health = new HealthOptions { Interval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromMilliseconds(500), Send = "PING\r\n", Expect = "hex:50494e47" } });
        await WaitForAsync(byTcp, HealthState.Up);
        await WaitForAsync(byEcho, HealthState.Up);

        await SignalAsync("STOP", child);
        await WaitForAsync(byEcho, HealthState.Down);
        (HealthState Tcp, ProbeCause Echo) whenStopped = (byTcp.Backend(0).HealthState, byEcho.Backend(0).LastProbe!.Cause);
        await SignalAsync("CONT", child);
        await WaitForAsync(byEcho, HealthState.Up);

        Assert.Equal((HealthState.Up, ProbeCause.Slow), whenStopped);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task AllDown_Refuse_ClientsAreTurnedAwayUntilOneIsBack(TransportKind transport)
    {
        AnsweringBackend backend = Stage.Own(new AnsweringBackend("hello"));
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(backend.EndPoint) with { Health = QuickTcp, WhenAllDown = AllDownBehaviour.Refuse });
        await WaitForAsync(balancer, HealthState.Up);

        backend.GoAway();
        await WaitForAsync(balancer, HealthState.Down);
        Peer refused = await Stage.ConnectAsync(balancer);
        PeerEnd end = (await refused.ReceiveToEndAsync()).End;
        long rejected = balancer.Rejected(RejectReason.NoBackend);
        backend.Listen();
        await WaitForAsync(balancer, HealthState.Up);
        using Peer served = await Stage.ConnectAsync(balancer);
        await Waiting.UntilAsync(() => balancer.Backend(0).ActiveConnections == 1, "the next client is served");

        Assert.Equal((PeerEnd.Rst, 1), (end, rejected));
    }

    [Theory]
    [MemberData(nameof(BothWithBoth))]
    public async Task OnDown_BackendFalls_ItsClientsAreResetOrKept(TransportKind transport, DownBehaviour onDown)
    {
        using var probed = new AnsweringBackend("hello");
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.For(backend.EndPoint) with
            {
                OnDown = onDown,
                Health = new HealthOptions { Interval = QuickTcp.Interval, Port = probed.EndPoint.Port },
            });
        await WaitForAsync(balancer, HealthState.Up);
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend);

        probed.GoAway();
        await WaitForAsync(balancer, HealthState.Down);

        if (onDown == DownBehaviour.Reset)
        {
            Assert.Equal((PeerEnd.Rst, PeerEnd.Rst), ((await client.ReceiveToEndAsync()).End, (await server.ReceiveToEndAsync()).End));
            await balancer.WaitForOnlyCloseAsync(CloseReason.BackendDown);
        }
        else
        {
            await client.SendAsync(1000);
            await server.ReceiveAsync(1000);
            Assert.Empty(balancer.Status.Closed);
        }
    }

    [Theory]
    [MemberData(nameof(BothWithBoth))]
    public async Task OnDown_BackendOfAFlowFalls_ItIsEndedAtOnceOrMovesWithItsNextDatagram(TransportKind transport, DownBehaviour onDown)
    {
        var elsewhere = IPAddress.Parse("127.0.0.2");
        using var probed = new AnsweringBackend("hello");
        Stage.AddBackend(elsewhere, port: probed.EndPoint.Port);
        DatagramEcho[] echoes = [Stage.AddDatagramEcho(), Stage.AddDatagramEcho(elsewhere)];
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.ForDatagrams(echoes[0].EndPoint, echoes[1].EndPoint) with
            {
                OnDown = onDown,
                Health = new HealthOptions { Interval = QuickTcp.Interval, Port = probed.EndPoint.Port },
            });
        await WaitForAsync(balancer, HealthState.Up, HealthState.Up);
        DatagramClient client = Stage.AddClient(balancer);
        await client.EchoAsync();

        probed.GoAway();
        await balancer.WaitForLogAsync(201);
        if (onDown == DownBehaviour.Reset)
        {
            await balancer.WaitForOnlyCloseAsync(CloseReason.BackendDown);
        }
        else
        {
            Assert.Empty(balancer.Status.Closed);
        }

        await client.EchoAsync(1);

        await balancer.WaitForOnlyCloseAsync(onDown == DownBehaviour.Reset ? CloseReason.BackendDown : CloseReason.BackendLeft);
        Assert.Equal([1, 1], echoes.Select(echo => echo.Received.Values.Sum()));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ThreadPool_BlockedWhileMemoryIsCollected_TakesNobodyOut(TransportKind transport)
    {
        AnsweringBackend tcp = Stage.Own(new AnsweringBackend(AnsweringBackend.Http(200)));
        BalancerSettings settings = BalancerSettings.For(tcp.EndPoint);
        EngineBalancer byTcp = await Stage.StartEngineAsync(transport, settings with { Health = new HealthOptions { Interval = QuickTcp.Interval, Timeout = TimeSpan.FromMilliseconds(300), Fall = 1 } });
        EngineBalancer byHttp = await Stage.StartEngineAsync(transport, settings with { Health = new HealthOptions { Type = HealthCheckType.Http, Interval = QuickTcp.Interval, Timeout = TimeSpan.FromMilliseconds(300), Fall = 1 } });
        await WaitForAsync(byTcp, HealthState.Up);
        await WaitForAsync(byHttp, HealthState.Up);

        await Task.WhenAll(StarvedPool.BlockAsync(TimeSpan.FromSeconds(2)));
        await Waiting.UntilAsync(
            () => new[] { byTcp, byHttp }.All(balancer => balancer.Backend(0).LastProbe is { Cause: ProbeCause.Success } probe && probe.Age < TimeSpan.FromMilliseconds(500)),
            "probes go on");

        Assert.DoesNotContain(byTcp.Log.Lines.Concat(byHttp.Log.Lines), line => line.Id == 201);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task BalancerProcess_StoppedForSeconds_TakesNobodyOut(TransportKind transport)
    {
        AnsweringBackend[] backends = [.. Enumerable.Range(0, 20).Select(_ => Stage.Own(new AnsweringBackend(AnsweringBackend.Http(200))))];
        BalancerSettings settings = BalancerSettings.For([.. backends.Select(backend => backend.EndPoint)]) with
        {
            Health = new HealthOptions { Type = HealthCheckType.Http, Interval = TimeSpan.FromMilliseconds(50), FastInterval = TimeSpan.FromMilliseconds(50), Timeout = TimeSpan.FromMilliseconds(300), Fall = 1 },
        };
        EngineProcess balancer = await Stage.StartEngineProcessAsync(transport, settings);
        await Waiting.UntilAsync(() => backends.All(backend => backend.Requests > 5), "every backend is probed");

        for (int i = 0; i < 3; i++)
        {
            await SignalAsync("STOP", balancer.Child);
            using (var pause = new PeriodicTimer(TimeSpan.FromSeconds(1)))
            {
                await pause.WaitForNextTickAsync();
            }

            await SignalAsync("CONT", balancer.Child);
            int[] before = [.. backends.Select(backend => backend.Requests)];
            await Waiting.UntilAsync(() => backends.Zip(before).All(one => one.First.Requests > one.Second + 5), "probes go on");
        }

        // What was logged follows a report, so it is all there with the next one.
        await balancer.ReportAsync();
        await balancer.ReportAsync();

        Assert.DoesNotContain(balancer.Child.Output, line => line.StartsWith($"{EngineProcessProgram.LogPrefix}201", StringComparison.Ordinal));
    }

    public static TheoryData<TransportKind, DownBehaviour> BothWithBoth => Transports.BothWith(DownBehaviour.Keep, DownBehaviour.Reset);

    private static Task WaitForAsync(EngineBalancer balancer, params HealthState[] states) => Waiting.UntilAsync(
        () => balancer.Status.Pools[0].Backends.Select(backend => backend.HealthState).SequenceEqual(states),
        $"the backends are {string.Join(", ", states)}",
        null,
        () => string.Join("; ", balancer.Status.Pools[0].Backends.Select(backend => $"{backend.HealthState} {backend.LastProbe}")));

    private static async Task SignalAsync(string signal, ChildProcess process)
    {
        using ChildProcess kill = ChildProcess.Start("/bin/kill", $"-{signal}", $"{process.Id}");
        await Waiting.UntilAsync(() => kill.HasExited, "kill has ended");
        Assert.Equal(0, kill.ExitCode);
    }
}
