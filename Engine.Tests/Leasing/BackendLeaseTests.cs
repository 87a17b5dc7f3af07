// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Leasing;
using LbEngine.Lifecycle;
using LbEngine.Scheduling;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Leasing;

/// <summary>The life of one lease: taken, held, ended once.</summary>
public sealed class BackendLeaseTests
{
    [Fact]
    public async Task TryLease_OneBackend_NamesItAndCountsThereUntilTheEnd()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(pool: pool => pool.ConnectTimeout = TimeSpan.FromSeconds(3));

        BackendLease lease = stage.Site().Take();
        int held = stage.Counts()[0];
        lease.Dispose();

        Assert.Equal(("b0", stage.Backends[0].EndPoint, TimeSpan.FromSeconds(3)), (lease.Backend, lease.EndPoint, lease.ConnectTimeout));
        Assert.Equal((1, 0), (held, stage.Counts()[0]));
        Assert.Equal(1, stage.Backend("b0").TotalConnections);
    }

    [Fact]
    public async Task Dispose_TwiceAndAfterEnd_GivesBackOnce()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        LeasePool site = stage.Site();
        using BackendLease other = site.Take();

        BackendLease twice = site.Take();
        twice.Dispose();
        twice.Dispose();
        BackendLease failed = site.Take();
        failed.End(LeaseFailure.Connect);
        failed.End(LeaseFailure.Connect);
        failed.Dispose();

        Assert.Equal(1, stage.Counts()[0]);
        Assert.Equal(1, stage.Backend("b0").ConnectFailures);
    }

    [Fact]
    public async Task AnyMember_LeaseHasEnded_ThrowsNothingAndChangesNothing()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        BackendLease lease = stage.Site().Take();
        string backend = lease.Backend;
        lease.Dispose();

        bool moved = lease.Retry(LeaseFailure.Connect);
        lease.Answered();

        Assert.False(moved);
        Assert.Equal(backend, lease.Backend);
        Assert.Equal([0, 0], stage.Counts());
        Assert.All(stage.Status.Pools[0].Backends, one => Assert.Equal(0, one.ConnectFailures));
    }

    [Fact]
    public async Task GetLeasePool_NoSuchPool_SaysWhichThereAre()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();

        ArgumentException refused = Assert.Throws<ArgumentException>(() => stage.Balancer.GetLeasePool("nowhere"));

        Assert.Contains("'nowhere'; the pools are site", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leases_BesideConnections_ShareTheirCounts()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        using BackendLease first = stage.Site().Take();
        using BackendLease second = stage.Site().Take();
        MemoryClient client = stage.Connect();
        MemoryClient another = stage.Connect();

        int[] both = stage.Counts();
        client.Finish();
        another.Finish();

        Assert.Equal([2, 2], both);
        Assert.Equal([1, 1], stage.Counts());
        Assert.Equal(2, stage.Status.Listeners[0].AcceptedConnections);
        Assert.Empty(stage.Balancer.GetConnections());
    }

    [Fact]
    public async Task TryLease_SchedulerThrows_CostsTheOneLeaseAndHoldsNothing()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            pool: pool =>
            {
                pool.Scheduler = "broken";
                pool.Affinity = new AffinityOptions();
            },
            builder: builder => builder.AddScheduler("broken", _ => new ThrowingScheduler()));

        RejectReason reason = stage.Site().Ask(new LeaseRequest { Client = System.Net.IPAddress.Loopback });

        Assert.Equal(RejectReason.NoBackend, reason);
        Assert.Equal([0], stage.Counts());
    }

    [Fact]
    public async Task TryLease_PoolWithoutAListenerBeforeTheStart_GivesOne()
    {
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .AddListener("web", "127.0.0.1:0", pool: "site")
            .AddPool("site", pool => pool.AddBackend("a", "127.0.0.1:9000"))
            .AddPool("other", pool => pool.AddBackend("a", "127.0.0.1:9001"))
            .Build();

        using BackendLease lease = balancer.GetLeasePool("other").Take();

        Assert.Equal("127.0.0.1:9001", lease.EndPoint.ToString());
    }

    private sealed class ThrowingScheduler : IBackendScheduler
    {
        public int SelectBackend(in SchedulingContext context) => throw new InvalidOperationException("A defect of somebody else.");
    }
}
