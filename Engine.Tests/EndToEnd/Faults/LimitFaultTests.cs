// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Scheduling;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Transport;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>One connection more than is allowed, and addresses that cannot be had.</summary>
public sealed class LimitFaultTests : EndToEndTest
{
    private const int Limit = 3;

    /// <summary>A transport, and how its limit of <see cref="Limit"/> is set: at the process or at the listener.</summary>
    public static TheoryData<TransportKind, bool> BothLimits { get; } = Transports.BothWith(true, false);

    [Theory]
    [MemberData(nameof(BothLimits))]
    public async Task OneTooMany_Hold_WaitsInTheBacklogAndIsServedWhenOneEnds(TransportKind transport, bool atProcess)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(backend, atProcess, FullBehaviour.Hold));
        List<(Peer Client, Peer Server)> pairs = await FillAsync(balancer, backend);

        var waits = new List<long>();
        for (int next = Limit; next < Limit + 3; next++)
        {
            Peer held = await Stage.ConnectAsync(balancer, next);
            await held.SendAsync(100);
            await EnsureNobodyComesAsync(backend);
            Assert.Equal(Limit, balancer.Status.ActiveConnections);

            long start = Environment.TickCount64;
            pairs[0].Client.Dispose();
            pairs[0].Server.Dispose();
            pairs.RemoveAt(0);
            Peer server = await Stage.AcceptAsync(backend, next);
            waits.Add(Environment.TickCount64 - start);
            await server.ReceiveAsync(100);
            pairs.Add((held, server));
        }

        // The best of three, because this machine may have other work at any moment.
        Assert.InRange(waits.Min(), 0, 100);
        Assert.Empty(balancer.Status.Rejected);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ManyTooMany_LimitIsRaised_AllAreServedThoughNobodyElseComes(TransportKind transport)
    {
        // More than are taken in one turn, and not a multiple of it.
        const int Held = 150;
        StreamEcho echo = Stage.AddStreamEcho();
        BalancerSettings settings = BalancerSettings.For(echo.EndPoint) with
        {
            Reactors = 1,
            ListenerMaxConnections = 1,

            // A port that is chosen anew would be another listener.
            Bind = FreePort.Find(IPAddress.Loopback).ToString(),
        };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        await Stage.ConnectAsync(balancer);
        await Waiting.UntilAsync(() => balancer.Status.ActiveConnections == 1, "the first client is placed");
        for (int i = 0; i < Held; i++)
        {
            await Stage.ConnectAsync(balancer, i + 1);
        }

        await Waiting.UntilAsync(() => balancer.Status.Listeners[0].HeldConnections > 0, "clients are held");
        await balancer.Engine.ApplyAsync((settings with { ListenerMaxConnections = 0 }).ToOptions(transport));

        await Waiting.UntilAsync(
            () => balancer.Status.ActiveConnections == Held + 1, "all are served", describe: () => $"{balancer.Status.ActiveConnections} are");
    }

    [Theory]
    [MemberData(nameof(BothLimits))]
    public async Task ThreeTooMany_Hold_AreSeenAndSaidOnceUntilNobodyWaits(TransportKind transport, bool atProcess)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(backend, atProcess, FullBehaviour.Hold) with { Reactors = 2 });
        await FillAsync(balancer, backend);
        int begin = atProcess ? 114 : 113;
        int full = balancer.Log.Lines.Count(line => line.Id == begin);

        List<Peer> held = [];
        for (int i = 0; i < 3; i++)
        {
            held.Add(await Stage.ConnectAsync(balancer, Limit + i));
        }

        await Waiting.UntilAsync(() => balancer.Status.Listeners[0].HeldConnections == 3, "three clients are seen to wait", describe: () => $"{balancer.Status.Listeners[0]}");
        held.ForEach(client => client.Dispose());
        await balancer.Engine.ApplyAsync(More(balancer.Engine.GetConfiguration(), atProcess));
        if (!atProcess)
        {
            await balancer.WaitForLogAsync(115);
        }

        Assert.Equal(0, full);
        Assert.Equal(1, balancer.Log.Lines.Count(line => line.Id == begin));
    }

    [Theory]
    [MemberData(nameof(BothLimits))]
    public async Task OneTooMany_Refuse_IsResetWithoutABackendAndTheNextIsServed(TransportKind transport, bool atProcess)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(backend, atProcess, FullBehaviour.Refuse));
        List<(Peer Client, Peer Server)> pairs = await FillAsync(balancer, backend);

        Peer refused = await Stage.ConnectAsync(balancer, Limit);
        Observation seen = await refused.ReceiveToEndAsync();

        Assert.Equal(PeerEnd.Rst, seen.End);
        Assert.False(backend.HasPending);
        Assert.Equal(1, balancer.Rejected(atProcess ? RejectReason.ProcessLimit : RejectReason.ListenerLimit));
        pairs[0].Client.Dispose();
        pairs[0].Server.Dispose();
        await EnsureThereIsRoomAgainAsync(balancer, backend);
    }

    /// <summary>A reload with a greater limit for the listener; that of the process stays.</summary>
    private static LoadBalancerOptions More(LoadBalancerOptions options, bool atProcess)
    {
        options.Listeners["web"].MaxConnections = atProcess ? options.Listeners["web"].MaxConnections : 100;
        return options;
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task OneTooMany_OfOneClient_IsResetWhileOthersAreServed(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint) with { MaxConnectionsPerClient = Limit });
        List<(Peer Client, Peer Server)> pairs = await FillAsync(balancer, backend);

        Peer refused = await Stage.ConnectAsync(balancer, Limit);
        Observation seen = await refused.ReceiveToEndAsync();
        Peer stranger = Stage.Own(await Peer.ConnectAsync(balancer.EndPoint, 7, from: IPAddress.Parse("127.0.0.2")));
        await stranger.SendAsync(10);
        Peer server = await Stage.AcceptAsync(backend, 7);
        await server.ReceiveAsync(10);

        Assert.Equal(PeerEnd.Rst, seen.End);
        Assert.Equal(1, balancer.Rejected(RejectReason.ClientLimit));
        pairs[0].Client.Dispose();
        pairs[0].Server.Dispose();
        await EnsureThereIsRoomAgainAsync(balancer, backend);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task OneTooMany_ForABackend_GoesToTheOtherAndThenNowhere(TransportKind transport)
    {
        ScriptedBackend first = Stage.AddBackend();
        ScriptedBackend second = Stage.AddBackend();
        var settings = new BalancerSettings
        {
            Backends = [new("first", first.EndPoint.ToString(), MaxConnections: Limit), new("second", second.EndPoint.ToString(), MaxConnections: 1)],
        };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        List<(Peer Client, Peer Server)> pairs = await FillAsync(balancer, first);

        await Stage.OpenPairAsync(balancer, second, Limit);
        Peer refused = await Stage.ConnectAsync(balancer, Limit + 1);
        Observation seen = await refused.ReceiveToEndAsync();

        Assert.Equal(PeerEnd.Rst, seen.End);
        Assert.Equal(1, balancer.Rejected(RejectReason.NoBackend));
        pairs[0].Client.Dispose();
        pairs[0].Server.Dispose();
        await EnsureThereIsRoomAgainAsync(balancer, first);
    }

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task AddressInUse_AtTheStart_NamesTheListenerAndLeavesNothingBound(TransportKind transport, string address)
    {
        ScriptedBackend taken = Stage.AddBackend(IPAddress.Parse(address));
        ScriptedBackend backend = Stage.AddBackend();
        LoadBalancerOptions options = BalancerSettings.For(backend.EndPoint).ToOptions(transport);
        options.Pools["site"].Scheduler = SchedulerNames.SmoothWeightedRoundRobin;
        options.Listeners.Add("taken", new ListenerOptions { Bind = taken.EndPoint.ToString(), Pool = "site" });
        await using LoadBalancer engine = new LoadBalancerBuilder().Configure(options).Build();

        ListenerBindException exception = await Assert.ThrowsAsync<ListenerBindException>(() => engine.StartAsync());

        Assert.Equal("taken", exception.ListenerName);
        Assert.Equal(taken.EndPoint, exception.EndPoint);
        Assert.Contains("listeners.taken.bind", exception.Message, StringComparison.Ordinal);
    }

    private static BalancerSettings Settings(ScriptedBackend backend, bool atProcess, FullBehaviour whenFull) =>
        BalancerSettings.For(backend.EndPoint) with
        {
            MaxConnections = atProcess ? Limit : 0,
            ListenerMaxConnections = atProcess ? 0 : Limit,
            WhenFull = whenFull,
        };

    private async Task<List<(Peer Client, Peer Server)>> FillAsync(IBalancer balancer, ScriptedBackend backend)
    {
        var pairs = new List<(Peer, Peer)>();
        for (int pair = 0; pair < Limit; pair++)
        {
            pairs.Add(await Stage.OpenPairAsync(balancer, backend, pair));
        }

        return pairs;
    }

    /// <summary>Connects until one is let in. Not just once: the place of a closed connection is free only when the engine has seen the close.</summary>
    private async Task EnsureThereIsRoomAgainAsync(IBalancer balancer, ScriptedBackend backend)
    {
        long start = Environment.TickCount64;
        while (true)
        {
            Peer client = await Stage.ConnectAsync(balancer, Limit + 2);
            await Waiting.UntilAsync(() => backend.HasPending || client.Socket.Poll(0, SelectMode.SelectRead), "a client is let in or turned away");
            if (backend.HasPending)
            {
                await Stage.AcceptAsync(backend, Limit + 2);
                return;
            }

            Assert.InRange(Environment.TickCount64 - start, 0, 2000);
        }
    }

    /// <summary>That something does not happen can only be watched for a while.</summary>
    private static async Task EnsureNobodyComesAsync(ScriptedBackend backend)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (int i = 0; i < 15; i++)
        {
            await timer.WaitForNextTickAsync();
            Assert.False(backend.HasPending, "A held client reached the backend.");
        }
    }
}
