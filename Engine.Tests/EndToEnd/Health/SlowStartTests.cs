// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Scheduling;
using LbEngine.Tests.EndToEnd.Control;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Health;

/// <summary>
/// The herd: an empty backend joins others that hold connections, under least connections. Alone it gets everybody; with a slow start its share.
/// </summary>
public sealed class SlowStartTests : EndToEndTest
{
    private const int HeldEach = 20;
    private const int Newcomers = 15;
    private const int UpEvent = 202;

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(30);

    [Theory]
    [MemberData(nameof(BothWithBoth))]
    public async Task NewBackend_OthersHoldConnections_GetsEverybodyOrItsFirstStep(TransportKind transport, bool isSlow)
    {
        StreamEcho[] old = [Stage.AddStreamEcho(), Stage.AddStreamEcho()];
        StreamEcho joining = Stage.AddStreamEcho();
        BalancerSettings settings = Settings(isSlow ? Long : TimeSpan.Zero) with { Backends = BalancerSettings.For(old[0].EndPoint, old[1].EndPoint).Backends };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        await ConnectAsync(balancer, old.Length * HeldEach);

        await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.AddBackend("b2", joining.EndPoint)));
        await ConnectAsync(balancer, Newcomers);

        AssertShare(balancer.Backend(2).ActiveConnections, isSlow);
    }

    [Theory]
    [MemberData(nameof(BothWithBoth))]
    public async Task RecoveredBackend_OthersHoldConnections_GetsEverybodyOrItsFirstStep(TransportKind transport, bool isSlow)
    {
        AnsweringBackend[] backends = [Stage.Own(new AnsweringBackend("")), Stage.Own(new AnsweringBackend(""))];
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            Settings(isSlow ? Long : TimeSpan.Zero) with
            {
                Backends = BalancerSettings.For(backends[0].EndPoint, backends[1].EndPoint).Backends,
                Health = new HealthOptions { Interval = TimeSpan.FromMilliseconds(100), FastInterval = TimeSpan.FromMilliseconds(100) },
                OnDown = DownBehaviour.Reset,

                // A client that the backend has not accepted yet is reset when it goes away, which would leave it out for longer than it is down.
                Passive = null,
            });
        await Waiting.UntilAsync(() => balancer.Status.Pools[0].Backends.All(backend => backend.HealthState == HealthState.Up), "both are up");
        await ConnectAsync(balancer, backends.Length * HeldEach);

        backends[1].GoAway();
        await Waiting.UntilAsync(() => balancer.Backend(1) is { HealthState: HealthState.Down, ActiveConnections: 0 }, "the second is down and its clients are reset");
        backends[1].Listen();
        await balancer.WaitForLogAsync(UpEvent);
        await ConnectAsync(balancer, Newcomers);

        AssertShare(balancer.Backend(1).ActiveConnections, isSlow);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task NewBackend_WhileTheSlowStartGoesOn_GetsMoreAndMoreAndThenItsWholeShare(TransportKind transport)
    {
        StreamEcho old = Stage.AddStreamEcho();
        StreamEcho joining = Stage.AddStreamEcho();
        BalancerSettings settings = Settings(TimeSpan.FromSeconds(2)) with { Backends = BalancerSettings.For(old.EndPoint).Backends };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        await ConnectAsync(balancer, HeldEach);

        await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.AddBackend("b1", joining.EndPoint)));
        var seen = new List<int>();
        await Waiting.UntilAsync(
            () =>
            {
                seen.Add(balancer.Backend(1).SlowStartPercent);
                return seen[^1] == 100;
            },
            "the slow start is over");
        await ConnectAsync(balancer, HeldEach);

        Assert.Equal(seen.Order(), seen);
        Assert.True(seen[0] < 50 && seen.Distinct().Count() > 5, $"Not step by step: {string.Join(' ', seen.Distinct())}.");
        Assert.Equal((HeldEach, HeldEach), (balancer.Backend(0).ActiveConnections, balancer.Backend(1).ActiveConnections));
    }

    public static TheoryData<TransportKind, bool> BothWithBoth { get; } = Transports.BothWith(false, true);

    private static BalancerSettings Settings(TimeSpan slowStart) => new() { Scheduler = SchedulerNames.WeightedLeastConnections, SlowStart = slowStart };

    /// <summary>A first step of 5 % may hold one connection for twenty of the others, and one more.</summary>
    private static void AssertShare(int got, bool isSlow) => Assert.InRange(got, isSlow ? 1 : Newcomers, isSlow ? 2 : Newcomers);

    /// <summary>Clients that stay; each is placed before the next one comes.</summary>
    private async Task ConnectAsync(EngineBalancer balancer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int before = balancer.Status.ActiveConnections;
            await Stage.ConnectAsync(balancer, i);
            await Waiting.UntilAsync(() => balancer.Status.ActiveConnections > before, "the client is placed");
        }
    }
}
