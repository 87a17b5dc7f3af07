// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Control.Model;
using LbEngine.Control.Reload;
using LbEngine.Tests.Transport.Memory;
using LbEngine.Transport;

namespace LbEngine.Tests.Control.Reload;

/// <summary>What a reload leaves alone, and what it leaves behind, seen from inside.</summary>
public sealed class ReloadPartsTests
{
    [Fact]
    public async Task ApplyAsync_PoolIsTheSameInBoth_KeepsItsSchedulerAsItIs()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        BackendSet before = ModelOf(stage).Pools[0].Current;
        LoadBalancerOptions next = ReloadTests.Options(stage);
        next.Pools.Add("other", new BackendPoolOptions().AddBackend("x", "10.0.0.9:80"));
        next.Listeners["web"].IdleTimeout = TimeSpan.FromMinutes(1);

        await stage.Balancer.ApplyAsync(next);

        Assert.Same(before, ModelOf(stage).Pools[0].Current);
    }

    [Fact]
    public async Task ApplyAsync_PoolComesAndGoes_ItsAffinityGoesWithIt()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        for (int i = 0; i < 3; i++)
        {
            LoadBalancerOptions more = ReloadTests.Options(stage);
            more.Pools.Add("other", new BackendPoolOptions { Affinity = new AffinityOptions { MaxEntries = 1024 } }.AddBackend("x", "10.0.0.9:80"));
            await stage.Balancer.ApplyAsync(more);
            await stage.Balancer.ApplyAsync(ReloadTests.Options(stage));
        }

        Assert.Empty(RulesOf(stage));
    }

    [Fact]
    public async Task ApplyAsync_BindFails_NothingOfTheNewPoolIsLeft()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        LoadBalancerOptions next = ReloadTests.Options(stage);
        next.Pools.Add("other", new BackendPoolOptions { Affinity = new AffinityOptions { MaxEntries = 1024 } }.AddBackend("x", "10.0.0.9:80"));
        next.Listeners.Add("taken", new ListenerOptions { Bind = "192.0.2.1:81", Pool = "other" });
        stage.Network.AddBackend("192.0.2.1:81");

        await Assert.ThrowsAsync<ListenerBindException>(() => stage.Balancer.ApplyAsync(next));

        Assert.Empty(RulesOf(stage));
        Assert.Equal(["b0"], KnownBackends(stage));
    }

    [Fact]
    public async Task ApplyAsync_SecondNewPoolCannotBeBuilt_NothingOfTheFirstIsLeft()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            builder: builder => builder.AddScheduler("broken", _ => throw new InvalidOperationException("no")));
        LoadBalancerOptions next = ReloadTests.Options(stage);
        next.Pools.Add("first", new BackendPoolOptions { Affinity = new AffinityOptions { MaxEntries = 1024 } }.AddBackend("x", "10.0.0.9:80"));
        next.Pools.Add("second", new BackendPoolOptions { Scheduler = "broken" }.AddBackend("y", "10.0.0.9:80"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => stage.Balancer.ApplyAsync(next));

        Assert.Empty(RulesOf(stage));
        Assert.Equal(["b0"], KnownBackends(stage));
    }

    [Fact]
    public async Task ApplyAsync_ListenerIsBound_BackendsOfItsNewPoolAreKnownAlready()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Network.AddBackend("10.0.0.9:80");
        Reconciler reconciler = ReconcilerOf(MemoryStage.PartsOf(stage.Balancer).Reload);
        ReloadPlan plan = reconciler.Build(WithAnotherPool(stage), [], AccessLists.None);

        Backend fresh = plan.Pools["other"].Current.BySlot[0]!;

        Assert.Same(fresh, ModelOf(stage).Backends.Find(fresh.Id));
        reconciler.Discard(plan);
        Assert.Null(ModelOf(stage).Backends.Find(fresh.Id));
    }

    [Fact]
    public async Task ApplyAsync_BackendRemovedAndItsSlotReused_DrainDoesNotWaitForTheNewOwner()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        stage.Connect();
        await stage.Balancer.ApplyAsync(ReloadTests.Options(stage, pool => pool.Backends.Remove("b1")));
        stage.Backends[1].Connections.ToList().ForEach(connection => connection.Finish());
        LoadBalancerOptions next = ReloadTests.Options(stage);
        next.Pools["site"].Backends.Remove("b1");
        next.Pools["site"].AddBackend("fresh", stage.Backends[1].EndPoint.ToString());
        await stage.Balancer.ApplyAsync(next);
        for (int i = 0; i < 4; i++)
        {
            stage.Connect();
        }

        // Far less than the drain time-out of 300 s.
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        await stage.AdvanceUntilAsync(() => KnownBackends(stage).Count() == 2, "the removed backend is forgotten", TimeSpan.FromMilliseconds(50));

        Assert.Equal(["b0", "fresh"], KnownBackends(stage).Order());
    }

    [Fact]
    public async Task ApplyAsync_PoolOfAListenerIsReplaced_NobodyFindsTheOldOneEmpty()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        BackendPool old = ModelOf(stage).Pools[0];
        LoadBalancerOptions next = WithAnotherPool(stage);
        next.Pools.Remove("site");

        await stage.Balancer.ApplyAsync(next, force: true);

        // Somebody who has read the listener's pool a moment ago goes on with it.
        Assert.NotNull(old.Current.Find(old.Current.Scheduler.SelectBackend(default)));
        Assert.False(old.Current.BySlot[0]!.KeepsTraffic);
    }

    [Fact]
    public async Task ApplyAsync_BackendIsRemoved_IsNotForgottenWhileSomebodyMayJustHavePickedIt()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, options: options => options.Drain.Timeout = TimeSpan.FromSeconds(10));
        Backend leaving = ModelOf(stage).Pools[0].Current.BySlot[1]!;

        await stage.Balancer.ApplyAsync(ReloadTests.Options(stage, pool => pool.Backends.Remove("b1")));
        leaving.TryAcquire();
        await stage.AdvanceUntilAsync(
            () => stage.Time.GetTimestamp() > 2 * stage.Time.TimestampFrequency, "two seconds have passed", TimeSpan.FromMilliseconds(50));

        Assert.Same(leaving, ModelOf(stage).Backends.Find(leaving.Id));
        leaving.Release();
    }

    [Fact]
    public async Task Compare_ThousandsOfChanges_CountsConnectionsOncePerBackend()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        stage.Connect();
        LoadBalancerOptions next = ReloadTests.Options(stage);
        next.Pools["site"].ConnectAttempts = 1;
        next.Pools["site"].Backends["b0"].Weight = 2;
        next.Pools["site"].Backends["b1"].Weight = 2;

        IReadOnlyList<ConfigurationChange> changes = stage.Balancer.Compare(next);

        Assert.Equal([1, 1, 2], new[] { changes[0].Connections, changes[1].Connections + changes[2].Connections, changes.Sum(change => change.Connections) });
    }

    private static LoadBalancerOptions WithAnotherPool(MemoryStage stage)
    {
        LoadBalancerOptions options = ReloadTests.Options(stage);
        options.Pools.Add("other", new BackendPoolOptions().AddBackend("x", "10.0.0.9:80"));
        options.Listeners["web"].Pool = "other";
        return options;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_reconciler")]
    private static extern ref Reconciler ReconcilerOf(EngineReload reload);

    private static EngineModel ModelOf(MemoryStage stage) => MemoryStage.PartsOf(stage.Balancer).Model;

    private static IEnumerable<string> KnownBackends(MemoryStage stage) =>
        Enumerable.Range(0, ModelOf(stage).Backends.NextId).Select(ModelOf(stage).Backends.Find).OfType<Backend>().Select(backend => backend.Name);

    private static IEnumerable<PoolAffinity> RulesOf(MemoryStage stage) =>
        Enumerable.Range(0, ModelOf(stage).NextPoolId).Select(ModelOf(stage).Affinity.Find).OfType<PoolAffinity>();
}
