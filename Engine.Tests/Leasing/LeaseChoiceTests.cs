// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Leasing;
using LbEngine.Lifecycle;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Leasing;

/// <summary>Which backend a lease gets: scheduler, limits, operator, slow start.</summary>
public sealed class LeaseChoiceTests
{
    [Fact]
    public async Task TryLease_WeightedLeastConnections_GoesWhereConnectionsAreNot()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        stage.NameTheBackends();
        int busy = MemoryStage.BackendOf(stage.Connect());

        using BackendLease lease = stage.Site().Take();

        Assert.Equal($"b{1 - busy}", lease.Backend);
    }

    [Fact]
    public async Task TryLease_SmoothWeightedRoundRobin_SpreadsByWeight()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, pool: pool =>
        {
            pool.Scheduler = "smooth-weighted-round-robin";
            pool.Backends["b1"].Weight = 3;
        });
        LeasePool site = stage.Site();

        BackendLease[] leases = [.. Enumerable.Range(0, 40).Select(_ => site.Take())];
        int[] counts = stage.Counts();
        Array.ForEach(leases, lease => lease.Dispose());

        Assert.Equal([10, 30], counts);
    }

    [Fact]
    public async Task TryLease_SourceHash_MeetsTheBackendOfTheClientsConnections()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 4, pool: pool => pool.Scheduler = "source-hash");
        stage.NameTheBackends();
        LeasePool site = stage.Site();

        for (int i = 1; i <= 20; i++)
        {
            string client = $"198.51.100.{i}";
            using BackendLease lease = site.Take(client);

            Assert.Equal($"b{MemoryStage.BackendOf(stage.Connect(client))}", lease.Backend);
        }
    }

    [Fact]
    public async Task TryLease_SourceHashWithoutAClient_SpreadsOverAll()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 4, pool: pool => pool.Scheduler = "source-hash");
        LeasePool site = stage.Site();

        string[] met = [.. Enumerable.Range(0, 200).Select(_ => TakeAndEnd(site)).Distinct().Order()];

        Assert.Equal(["b0", "b1", "b2", "b3"], met);
    }

    [Fact]
    public async Task TryLease_BackendsAreFull_HasNoneUntilOneEnds()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, pool: pool =>
        {
            pool.Backends["b0"].MaxConnections = 1;
            pool.Backends["b1"].MaxConnections = 1;
        });
        LeasePool site = stage.Site();
        BackendLease lease = site.Take();
        stage.Connect();

        RejectReason full = site.Ask();
        lease.Dispose();

        Assert.Equal((RejectReason.NoBackend, RejectReason.None), (full, site.Ask()));
    }

    [Theory]
    [InlineData(OperatorState.Draining)]
    [InlineData(OperatorState.Maintenance)]
    public async Task TryLease_BackendIsNotReady_LeavesItOutAndKeepsWhatIsHeld(OperatorState state)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        LeasePool site = stage.Site();
        using BackendLease held = site.Take();

        await stage.Balancer.SetBackendStateAsync("site", held.Backend, state);
        string[] met = [.. Enumerable.Range(0, 10).Select(_ => TakeAndEnd(site)).Distinct()];

        Assert.Equal([held.Backend == "b0" ? "b1" : "b0"], met);
        Assert.Equal(1, stage.Backend(held.Backend).ActiveConnections);
        Assert.False(held.Ending.IsCancellationRequested);
    }

    [Fact]
    public async Task TryLease_NobodyHasAWeight_HasNone()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(pool: pool => pool.Backends["b0"].Weight = 0);

        Assert.Equal(RejectReason.NoBackend, stage.Site().Ask());
    }

    [Fact]
    public async Task TryLease_BackendComesBackSlowly_GetsALittleFirstAndItsShareInTheEnd()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, pool: pool =>
        {
            pool.Scheduler = "smooth-weighted-round-robin";
            pool.SlowStart = TimeSpan.FromSeconds(100);
        });
        LeasePool site = stage.Site();
        await stage.Balancer.SetBackendStateAsync("site", "b1", OperatorState.Maintenance);
        await stage.Balancer.SetBackendStateAsync("site", "b1", OperatorState.Ready);

        int first = CountOf(site, "b1");
        await stage.AdvanceUntilAsync(() => stage.Backend("b1").SlowStartPercent == 100, "the slow start is over");
        int last = CountOf(site, "b1");

        Assert.InRange(first, 1, 25);
        Assert.InRange(last, 99, 101);
    }

    private static string TakeAndEnd(LeasePool pool)
    {
        using BackendLease lease = pool.Take();
        return lease.Backend;
    }

    private static int CountOf(LeasePool pool, string backend) =>
        Enumerable.Range(0, 200).Count(_ => TakeAndEnd(pool) == backend);
}
