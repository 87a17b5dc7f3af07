// SPDX-License-Identifier: MIT
using System.Buffers;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>One side reads or writes slowly, or not at all.</summary>
public sealed class SlowPeerFaultTests : EndToEndTest
{
    private const long Block = 64 * 1024;
    private const long Endless = 256L * 1024 * 1024;

    /// <summary>What a slow reader takes at a time; enough for the transport to notice.</summary>
    public static TheoryData<TransportKind, int> SlowPieces { get; } = Transports.Each(linux: 96 * 1024, sockets: 2 * 1024 * 1024);

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task SlowReader_ManyOfThem_SendersAreBlockedAndMemoryIsBounded(TransportKind transport)
    {
        const int Clients = 16;

        // What the rest of the process takes meanwhile; without a bound the senders alone would bring many times as much.
        const int Noise = 2 * 1024 * 1024;
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint));
        var servers = new List<Peer>();
        var clients = new List<Peer>();
        for (int pair = 0; pair < Clients; pair++)
        {
            Peer client = await Stage.ConnectAsync(balancer, pair);
            Peer server = await Stage.AcceptAsync(backend, pair);
            clients.Add(client);
            servers.Add(server);
        }

        FillPool(Clients);
        long managedBefore = GC.GetTotalMemory(forceFullCollection: true);
        var sent = new long[Clients];
        for (int i = 0; i < Clients; i++)
        {
            sent[i] = servers[i].SendUntilBlocked(Endless, TimeSpan.FromMilliseconds(100));
        }

        // The kernel's buffers on the way hold megabytes; what the process holds is its own part only.
        Assert.All(sent, count => Assert.InRange(count, 1, Endless - 1));

        // What other tests hold comes and goes; what the engine holds stays while its senders are blocked.
        await Waiting.UntilAsync(
            () => GC.GetTotalMemory(forceFullCollection: true) - managedBefore <= (Clients * Block) + Noise,
            $"{Clients} blocked senders cost {Clients * Block} B, and the rest of the process no more than {Noise} B",
            describe: () => $"It is {GC.GetTotalMemory(forceFullCollection: true) - managedBefore} B.");
        foreach ((Peer client, long count) in clients.Zip(sent))
        {
            await client.ReceiveAsync(count);
        }

        Assert.Equal(Clients, balancer.Status.ActiveConnections);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task SlowReader_BytesThatWaitInTheEngine_AreAFewBlocks(TransportKind transport)
    {
        (EngineBalancer balancer, Peer client, Peer server) = await EnginePair.OpenAsync(Stage, transport);
        client.Socket.ReceiveBufferSize = 4096;
        long sent = server.SendUntilBlocked(Endless, TimeSpan.FromMilliseconds(500));

        // What was sent lies in the backend's send queue, the engine's receive queue, the engine, its send queue and the client's
        // receive queue. A byte on its way counts twice until it is acknowledged, so the reading is for a moment of rest.
        long inEngine = 0;
        long before;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        int readings = 0;
        do
        {
            before = inEngine;
            inEngine = sent - QueuedBytes.Read(balancer.EndPoint, client.Socket, server.Socket).Total;
            Assert.True(++readings < 20, $"The queues do not come to rest: {before} B, then {inEngine} B in the engine.");
        }
        while (await timer.WaitForNextTickAsync() && (inEngine != before || readings < 2));

        // A pipe of the kernel, which is not process memory, holds up to a MiB more when the direction is spliced.
        Assert.InRange(inEngine, 0, Block + (transport == TransportKind.Linux ? 1024 * 1024 : 0));
    }

    /// <remarks>
    /// The kernel reports room in a send queue of megabytes only when a third of it is free. The epoll transport looks into
    /// the queue before it ends an idle connection, so it sees any progress; the portable one sees what the kernel reports.
    /// </remarks>
    [Theory]
    [MemberData(nameof(SlowPieces))]
    public async Task SlowReader_WhoReadsALittleNowAndThen_IsNotIdle(TransportKind transport, int piece)
    {
        const int Pieces = 12;
        const long Total = 64L * 1024 * 1024;
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.For(backend.EndPoint) with { IdleTimeout = TimeSpan.FromSeconds(2) });
        Peer client = await Stage.ConnectAsync(balancer, receiveBufferSize: 128 * 1024);
        Peer server = await Stage.AcceptAsync(backend);
        Task sending = server.SendAsync(Total);

        // There is always far more to read than the client takes, for longer than the time-out.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        for (int i = 0; i < Pieces && await timer.WaitForNextTickAsync(); i++)
        {
            await client.ReceiveAsync(piece);
        }

        Assert.Empty(balancer.Status.Closed);
        Assert.False(sending.IsCompleted, "The backend was never blocked.");
        await client.ReceiveAsync(Total - ((long)Pieces * piece));
        await sending;
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task StoppedReader_NoProgressForTheIdleTimeout_Ends(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.For(backend.EndPoint) with { IdleTimeout = TimeSpan.FromSeconds(1) });
        (_, Peer server) = await Stage.OpenPairAsync(balancer, backend);

        server.SendUntilBlocked(Endless, TimeSpan.FromMilliseconds(300));

        await balancer.WaitForOnlyCloseAsync(CloseReason.IdleTimeout, limit: TimeSpan.FromSeconds(4));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task SlowWriter_OneByteNowAndThenThenNone_LivesWhileItWritesAndThenTimesOut(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.For(backend.EndPoint) with { IdleTimeout = TimeSpan.FromSeconds(2) });
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend);

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(400));
        for (int i = 0; i < 8 && await timer.WaitForNextTickAsync(); i++)
        {
            await client.SendAsync(1);
            await server.ReceiveAsync(1);
        }

        Assert.Empty(balancer.Status.Closed);
        long start = Environment.TickCount64;
        Observation[] ends = await Task.WhenAll(client.ReceiveToEndAsync(), server.ReceiveToEndAsync());
        Assert.InRange(Environment.TickCount64 - start, 1700, 5000);
        Assert.All(ends, end => Assert.NotEqual(PeerEnd.Open, end.End));
        await balancer.WaitForOnlyCloseAsync(CloseReason.IdleTimeout);
    }

    /// <summary>Leaves blocks in the process's pool: those that a direction gives back before it reads ahead are not what it holds.</summary>
    private static void FillPool(int count)
    {
        byte[][] blocks = [.. Enumerable.Range(0, count).Select(_ => ArrayPool<byte>.Shared.Rent((int)Block))];
        Array.ForEach(blocks, block => ArrayPool<byte>.Shared.Return(block));
    }
}
