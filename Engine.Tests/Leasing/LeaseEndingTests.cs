// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Leasing;
using LbEngine.Lifecycle;
using LbEngine.Tests.Control.Reload;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Leasing;

/// <summary>What an engine does with leases that are held while it changes or ends.</summary>
public sealed class LeaseEndingTests
{
    [Fact]
    public async Task DrainBackendAsync_LeaseIsHeld_WaitsForItsEnd()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        BackendLease lease = stage.Site().Take();
        Task drain = stage.Balancer.DrainBackendAsync("site", "b0");

        stage.Time.Advance(TimeSpan.FromSeconds(20));
        bool early = drain.IsCompleted;
        lease.Dispose();
        await stage.AdvanceUntilAsync(() => drain.IsCompleted, "the drain completes");

        Assert.False(early);
        Assert.False(lease.Ending.IsCancellationRequested);
    }

    [Fact]
    public async Task DrainBackendAsync_DeadlinePasses_AsksTheHoldersOfThatBackend()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        using BackendLease leaving = stage.Site().Take(preferred: "b0");
        using BackendLease staying = stage.Site().Take(preferred: "b1");

        Task drain = stage.Balancer.DrainBackendAsync("site", "b0", TimeSpan.FromSeconds(10));
        bool early = leaving.Ending.IsCancellationRequested;
        await stage.AdvanceUntilAsync(() => drain.IsCompleted, "the drain completes");
        using BackendLease known = stage.Site().Take(preferred: "b0");

        Assert.False(early);
        Assert.True(leaving.Ending.IsCancellationRequested);
        Assert.False(staying.Ending.IsCancellationRequested);
        Assert.False(known.Ending.IsCancellationRequested, "A lease was over before it began.");
    }

    [Fact]
    public async Task DrainAsync_LeaseIsHeld_WaitsForItAndGivesNoOther()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        LeasePool site = stage.Site();
        BackendLease lease = site.Take();

        Task drain = stage.Balancer.DrainAsync();
        stage.Time.Advance(TimeSpan.FromSeconds(200));
        bool early = drain.IsCompleted;
        RejectReason reason = site.Ask();
        lease.Dispose();
        await drain.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.False(early);
        Assert.Equal(RejectReason.Draining, reason);
        Assert.False(lease.Ending.IsCancellationRequested);
    }

    [Fact]
    public async Task DrainAsync_DeadlinePasses_AsksEveryHolderAndEnds()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        using BackendLease first = stage.Site().Take(preferred: "b0");
        using BackendLease second = stage.Site().Take(preferred: "b1");

        Task drain = stage.Balancer.DrainAsync();
        await stage.AdvanceUntilAsync(() => drain.IsCompleted, "the drain completes", TimeSpan.FromSeconds(30));

        Assert.True(first.Ending.IsCancellationRequested);
        Assert.True(second.Ending.IsCancellationRequested);
    }

    [Fact]
    public async Task DisposeAsync_LeaseIsHeld_AsksItsHolderAndTakesItBackLater()
    {
        MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        LeasePool site = stage.Site();
        BackendLease retrying = site.Take();
        BackendLease lease = site.Take();

        await stage.Balancer.DisposeAsync();
        bool asked = lease.Ending.IsCancellationRequested;
        RejectReason reason = site.Ask();
        bool moved = retrying.Retry(LeaseFailure.NotBackend);
        lease.Dispose();

        Assert.True(asked);
        Assert.Equal(RejectReason.Draining, reason);
        Assert.False(moved);
        await stage.DisposeAsync();
    }

    [Fact]
    public async Task DisposeAsync_EngineWasNeverStarted_AsksTheHolders()
    {
        LoadBalancer balancer = new LoadBalancerBuilder()
            .AddListener("web", "127.0.0.1:0", pool: "site")
            .AddPool("site", pool => pool.AddBackend("a", "127.0.0.1:9001"))
            .Build();
        using BackendLease lease = balancer.GetLeasePool("site").Take();

        await balancer.DisposeAsync();

        Assert.True(lease.Ending.IsCancellationRequested);
    }

    [Fact]
    public async Task DisposeAsync_HolderThrowsWhenAsked_IsLoggedAndTheEngineStops()
    {
        using var logs = new RecordingLoggerFactory();
        MemoryStage stage = await MemoryStage.StartAsync(builder: builder => builder.UseLoggerFactory(logs));
        BackendLease lease = stage.Site().Take();
        lease.Ending.Register(() => throw new InvalidOperationException("A defect of somebody else."));

        await stage.Balancer.DisposeAsync();
        lease.Dispose();
        await stage.DisposeAsync();

        await Waiting.UntilAsync(() => logs.Lines.Any(line => line.Id == 320), "the exception is logged");
    }

    [Fact]
    public async Task OnDownReset_BackendFalls_AsksItsHolders()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, pool: pool =>
        {
            pool.Health = new HealthOptions();
            pool.OnDown = DownBehaviour.Reset;
        });
        stage.Time.Advance(TimeSpan.FromSeconds(10));
        using BackendLease falling = stage.Site().Take(preferred: "b0");
        using BackendLease staying = stage.Site().Take(preferred: "b1");

        stage.Backends[0].Refuse();
        await stage.AdvanceUntilAsync(() => falling.Ending.IsCancellationRequested, "the holder is asked to end");

        Assert.False(staying.Ending.IsCancellationRequested);
        Assert.Equal("b1", stage.Site().Take(preferred: "b0").EndAndName());
    }

    [Fact]
    public async Task ApplyAsync_BackendOfALeaseIsRemoved_KeepsTheLeaseUntilTheDeadline()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 3);
        using BackendLease lease = stage.Site().Take(preferred: "b0");

        await stage.Balancer.ApplyAsync(ReloadTests.Options(stage, pool => pool.Backends.Remove("b0")));
        bool early = lease.Ending.IsCancellationRequested;
        string other = stage.Site().Take(preferred: "b0").EndAndName();
        await stage.AdvanceUntilAsync(() => lease.Ending.IsCancellationRequested, "the holder is asked to end", TimeSpan.FromSeconds(30));

        Assert.False(early);
        Assert.NotEqual("b0", other);
        Assert.Equal("b0", lease.Backend);
    }

    [Fact]
    public async Task ApplyAsync_BackendOfALeaseIsRemoved_LetsItRetryElsewhere()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 3);
        using BackendLease lease = stage.Site().Take(preferred: "b0");
        await stage.Balancer.ApplyAsync(ReloadTests.Options(stage, pool => pool.Backends.Remove("b0")));

        Assert.True(lease.Retry(LeaseFailure.Connect));

        Assert.Equal(1, stage.Backend(lease.Backend).ActiveConnections);
    }

    [Fact]
    public async Task ApplyAsync_PoolIsRemovedAndComesBack_HasNoneMeanwhileAndLeasesAgainThen()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(options: options => AddOther(options));
        LeasePool other = stage.Balancer.GetLeasePool("other");
        BackendLease old = other.Take();
        LoadBalancerOptions with = stage.Balancer.GetConfiguration();
        LoadBalancerOptions without = stage.Balancer.GetConfiguration();
        without.Pools.Remove("other");

        await stage.Balancer.ApplyAsync(without, force: true);
        RejectReason meanwhile = other.Ask();
        await stage.Balancer.ApplyAsync(with, force: true);
        BackendLease again = other.Take();
        int counted = stage.Status.Pools[1].Backends[0].ActiveConnections;
        old.Dispose();
        again.Dispose();

        Assert.Equal(RejectReason.NoBackend, meanwhile);
        Assert.Equal(1, counted);
        Assert.Equal(0, stage.Status.Pools[1].Backends[0].ActiveConnections);
    }

    private static void AddOther(LoadBalancerOptions options)
    {
        var pool = new BackendPoolOptions();
        pool.AddBackend("a", "10.0.1.1:80");
        options.Pools.Add("other", pool);
    }
}
