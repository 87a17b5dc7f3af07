// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Leasing;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Leasing;

/// <summary>Leases of known clients: by the pool's affinity, or by a name that the front end has remembered.</summary>
public sealed class LeaseAffinityTests
{
    private const string Client = "198.51.100.7";
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task TryLease_KnownAddress_MeetsTheBackendOfItsConnection()
    {
        await using MemoryStage stage = await StartAsync();
        stage.NameTheBackends();
        int pinned = MemoryStage.BackendOf(stage.Connect(Client));

        for (int i = 0; i < 12; i++)
        {
            using BackendLease lease = stage.Site().Take(Client);
            Assert.Equal($"b{pinned}", lease.Backend);
        }
    }

    [Fact]
    public async Task TryLease_WithoutAnAddress_RemembersNothing()
    {
        await using MemoryStage stage = await StartAsync();
        LeasePool site = stage.Site();

        BackendLease[] leases = [.. Enumerable.Range(0, 4).Select(_ => site.Take())];
        int[] counts = stage.Counts();
        Array.ForEach(leases, lease => lease.Dispose());

        Assert.Equal([1, 1, 1, 1], counts);
        Assert.Equal(0, stage.Status.Pools[0].AffinityEntries);
    }

    [Fact]
    public async Task Pin_LeaseIsHeld_DoesNotExpireUntilItsTimeAfterTheEnd()
    {
        await using MemoryStage stage = await StartAsync();
        BackendLease lease = stage.Site().Take(Client);

        stage.Time.Advance(3 * Timeout);
        int whileHeld = stage.Status.Pools[0].AffinityEntries;
        lease.Dispose();
        stage.Time.Advance(Timeout - TimeSpan.FromMilliseconds(1));
        int justBefore = stage.Status.Pools[0].AffinityEntries;
        stage.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal((1, 1, 0), (whileHeld, justBefore, stage.Status.Pools[0].AffinityEntries));
    }

    [Fact]
    public async Task Retry_PinnedClient_TakesItsPinAlong()
    {
        await using MemoryStage stage = await StartAsync();
        using BackendLease lease = stage.Site().Take(Client);
        string first = lease.Backend;

        Assert.True(lease.Retry(LeaseFailure.Connect));
        using BackendLease next = stage.Site().Take(Client);

        Assert.NotEqual(first, lease.Backend);
        Assert.Equal(lease.Backend, next.Backend);
    }

    [Fact]
    public async Task TryLease_PinnedBackendDrains_HonoursThePin()
    {
        await using MemoryStage stage = await StartAsync();
        using BackendLease first = stage.Site().Take(Client);
        await stage.Balancer.SetBackendStateAsync("site", first.Backend, OperatorState.Draining);

        using BackendLease second = stage.Site().Take(Client);

        Assert.Equal(first.Backend, second.Backend);
    }

    [Theory]
    [InlineData("it is ready", "b2", null, "b2")]
    [InlineData("it drains", "b2", OperatorState.Draining, "b2")]
    [InlineData("it is in maintenance", "b2", OperatorState.Maintenance, "b0")]
    [InlineData("it is full", "full", null, "b0")]
    [InlineData("it has no weight", "light", null, "light")]
    [InlineData("there is none of that name", "b9", null, "b0")]
    public async Task TryLease_PreferredBackend_IsTakenIfItMayTakeKnownClients(string sentence, string preferred, OperatorState? state, string expected)
    {
        await using MemoryStage stage = await StartInOrderAsync();
        using BackendLease filling = stage.Site().Take(preferred: "full");
        if (state is OperatorState wanted)
        {
            await stage.Balancer.SetBackendStateAsync("site", preferred, wanted);
        }

        using BackendLease lease = stage.Site().Take(Client, preferred);

        Assert.True(lease.Backend == expected, $"{sentence}: {lease.Backend}");
    }

    [Fact]
    public async Task TryLease_PreferredBackend_GoesBeforeThePinAndLeavesItAlone()
    {
        await using MemoryStage stage = await StartAsync();
        using BackendLease pinned = stage.Site().Take(Client);
        string preferred = pinned.Backend == "b0" ? "b1" : "b0";

        using BackendLease lease = stage.Site().Take(Client, preferred);
        using BackendLease later = stage.Site().Take(Client);

        Assert.Equal((preferred, pinned.Backend), (lease.Backend, later.Backend));
    }

    [Fact]
    public async Task Retry_PreferredBackendFailed_GoesByTheScheduler()
    {
        await using MemoryStage stage = await StartInOrderAsync();
        using BackendLease lease = stage.Site().Take(Client, preferred: "b2");

        Assert.True(lease.Retry(LeaseFailure.Connect));

        Assert.Equal("b0", lease.Backend);
    }

    private static Task<MemoryStage> StartAsync() =>
        MemoryStage.StartAsync(backends: 4, pool: pool => pool.Affinity = new AffinityOptions { Timeout = Timeout });

    /// <summary>b0, b1 and b2, one that is full with one client, and one without weight; the scheduler takes the first that it can.</summary>
    private static Task<MemoryStage> StartInOrderAsync() => MemoryStage.StartAsync(
        backends: 3,
        pool: pool =>
        {
            pool.Scheduler = InOrderScheduler.Name;
            pool.AddBackend("full", "10.0.0.8:80");
            pool.AddBackend("light", "10.0.0.9:80", weight: 0);
            pool.Backends["full"].MaxConnections = 1;
        },
        builder: builder => builder.AddScheduler(InOrderScheduler.Name, static set => new InOrderScheduler(set)));
}
