// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Control;

/// <summary>One backend drained by the operator, seen from its clients.</summary>
public sealed class BackendDrainTests : EndToEndTest
{
    private const int Clients = 6;

    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(300);

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task DrainBackendAsync_DeadlinePasses_ClosesTheRestOneAfterTheOtherAndNobodyElse(TransportKind transport)
    {
        (EngineBalancer balancer, ScriptedBackend[] backends) = await StartAsync(transport, spread: TimeSpan.FromMilliseconds(1500));
        (Peer Client, Peer Server)[] pairs = await OpenAsync(balancer, backends[0]);
        await balancer.Engine.SetBackendStateAsync("site", "b0", OperatorState.Draining);
        (Peer other, Peer server) = await Stage.OpenPairAsync(balancer, backends[1], Clients);

        Task drain = balancer.Engine.DrainBackendAsync("site", "b0", Deadline);
        long[] ends = await Task.WhenAll(pairs.Select(async pair =>
        {
            Assert.Equal(PeerEnd.Fin, (await pair.Client.ReceiveToEndAsync()).End);
            Assert.Equal(PeerEnd.Fin, (await pair.Server.ReceiveToEndAsync()).End);
            return Environment.TickCount64;
        }));
        await drain.WaitAsync(Waiting.DefaultLimit);
        await other.SendAsync(1000);
        await server.ReceiveAsync(1000);

        Assert.InRange(ends.Max() - ends.Min(), 300, 10_000);
        await balancer.WaitForOnlyCloseAsync(CloseReason.Drained, Clients);
        Assert.Equal(OperatorState.Draining, balancer.Backend(0).OperatorState);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task DrainBackendAsync_LastConnectionEnds_CompletesLongBeforeTheDeadline(TransportKind transport)
    {
        (EngineBalancer balancer, ScriptedBackend[] backends) = await StartAsync(transport, spread: TimeSpan.Zero);
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backends[0]);

        Task drain = balancer.Engine.DrainBackendAsync("site", "b0", TimeSpan.FromHours(1));
        await client.SendAsync(1000);
        await server.ReceiveAsync(1000);
        bool waited = !drain.IsCompleted;
        client.Dispose();
        server.Dispose();
        await drain.WaitAsync(Waiting.DefaultLimit);

        Assert.True(waited, "The drain ended while a connection lived.");
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task DrainBackendAsync_MadeReadyBeforeTheDeadline_ClosesNothing(TransportKind transport)
    {
        (EngineBalancer balancer, ScriptedBackend[] backends) = await StartAsync(transport, spread: TimeSpan.Zero);
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backends[0]);

        Task drain = balancer.Engine.DrainBackendAsync("site", "b0", TimeSpan.FromHours(1));
        await balancer.Engine.SetBackendStateAsync("site", "b0", OperatorState.Ready);
        await drain.WaitAsync(Waiting.DefaultLimit);
        await client.SendAsync(1000);
        await server.ReceiveAsync(1000);

        Assert.Equal((1, OperatorState.Ready), (balancer.Status.ActiveConnections, balancer.Backend(0).OperatorState));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task DrainBackendAsync_MadeReadyWhileTheRestIsClosed_LeavesOldAndNewClientsAlone(TransportKind transport)
    {
        (EngineBalancer balancer, ScriptedBackend[] backends) = await StartAsync(transport, spread: TimeSpan.FromMilliseconds(2000));
        _ = await OpenAsync(balancer, backends[0]);
        Task drain = balancer.Engine.DrainBackendAsync("site", "b0", Deadline);
        await Waiting.UntilAsync(() => balancer.Closed(CloseReason.Drained) > 0, "the first connection is closed");

        await balancer.Engine.SetBackendStateAsync("site", "b0", OperatorState.Ready);
        (Peer late, Peer server) = await Stage.OpenPairAsync(balancer, backends[0], Clients);
        await drain.WaitAsync(Waiting.DefaultLimit);
        long closed = balancer.Closed(CloseReason.Drained);

        // Until the spread would be over nothing more may happen.
        long until = Environment.TickCount64 + 2500;
        await Waiting.UntilAsync(() => Environment.TickCount64 > until, "the spread would be over");
        await late.SendAsync(1000);
        await server.ReceiveAsync(1000);
        Assert.Equal((closed, Clients - (int)closed + 1), (balancer.Closed(CloseReason.Drained), balancer.Status.ActiveConnections));
        Assert.InRange(closed, 1, Clients - 1);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task DrainBackendAsync_Flows_AreClosedOverTheSpreadAndMoveWithTheirNextDatagram(TransportKind transport)
    {
        DatagramEcho[] echoes = [Stage.AddDatagramEcho(), Stage.AddDatagramEcho()];
        var drain = new DrainOptions { Spread = TimeSpan.FromMilliseconds(300) };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.ForDatagrams(echoes[0].EndPoint, echoes[1].EndPoint) with { Drain = drain });
        DatagramClient[] clients = [.. Enumerable.Range(0, Clients).Select(i => Stage.AddClient(balancer, i))];
        foreach (DatagramClient client in clients)
        {
            await client.EchoAsync();
        }

        await balancer.Engine.DrainBackendAsync("site", "b0", Deadline).WaitAsync(Waiting.DefaultLimit);
        foreach (DatagramClient client in clients)
        {
            await client.EchoAsync(1);
        }

        Assert.Equal((Clients, Clients), (echoes[0].Received.Values.Sum(), echoes[1].Received.Values.Sum()));
        Assert.Equal(Clients, balancer.Closed(CloseReason.Drained));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task DrainBackendAsync_CallerStopsWaiting_DeadlineStays(TransportKind transport)
    {
        (EngineBalancer balancer, ScriptedBackend[] backends) = await StartAsync(transport, spread: TimeSpan.Zero);
        (Peer Client, Peer Server)[] pairs = await OpenAsync(balancer, backends[0]);
        using var patience = new CancellationTokenSource();

        Task drain = balancer.Engine.DrainBackendAsync("site", "b0", Deadline, patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drain);
        foreach ((Peer client, _) in pairs)
        {
            Assert.Equal(PeerEnd.Fin, (await client.ReceiveToEndAsync()).End);
        }

        await balancer.WaitForOnlyCloseAsync(CloseReason.Drained, Clients);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task DrainBackendAsync_BytesAreStuckAtTheDeadline_BothEndsSeeAReset(TransportKind transport)
    {
        (EngineBalancer balancer, ScriptedBackend[] backends) = await StartAsync(transport, spread: TimeSpan.Zero);
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backends[0]);
        client.SendUntilBlocked(64 << 20, TimeSpan.FromMilliseconds(200));

        await balancer.Engine.DrainBackendAsync("site", "b0", Deadline).WaitAsync(Waiting.DefaultLimit);

        Assert.Equal((PeerEnd.Rst, PeerEnd.Rst), ((await client.ReceiveToEndAsync()).End, (await server.ReceiveToEndAsync()).End));
        await balancer.WaitForOnlyCloseAsync(CloseReason.Drained);
    }

    private async Task<(EngineBalancer Balancer, ScriptedBackend[] Backends)> StartAsync(TransportKind transport, TimeSpan spread)
    {
        ScriptedBackend[] backends = [Stage.AddBackend(), Stage.AddBackend()];
        BalancerSettings settings = BalancerSettings.For(backends[0].EndPoint, backends[1].EndPoint) with { Drain = new DrainOptions { Spread = spread } };
        return (await Stage.StartEngineAsync(transport, settings), backends);
    }

    private async Task<(Peer Client, Peer Server)[]> OpenAsync(EngineBalancer balancer, ScriptedBackend backend)
    {
        var pairs = new List<(Peer Client, Peer Server)>();
        for (int i = 0; i < Clients; i++)
        {
            pairs.Add(await Stage.OpenPairAsync(balancer, backend, i));
        }

        return [.. pairs];
    }
}
