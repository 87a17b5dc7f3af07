// SPDX-License-Identifier: MIT
using LbEngine.Leasing;
using LbEngine.Lifecycle;
using LbEngine.Scheduling;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Leasing;

/// <summary>Two threads and one lease, at the one moment that matters: a scheduler runs the second in the middle of the first one's retry.</summary>
public sealed class LeaseRaceTests
{
    private Action _meanwhile = static () => { };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task End_WhileAnotherRetries_EndsTheLeaseWithTheRetry(bool reportsFailure)
    {
        await using MemoryStage stage = await StartAsync();
        using BackendLease lease = stage.Site().Take();
        _meanwhile = reportsFailure ? () => lease.End(LeaseFailure.Connect) : lease.Dispose;

        bool moved = lease.Retry(LeaseFailure.Connect);

        Assert.False(moved);
        Assert.Equal([0, 0, 0], stage.Counts());
        Assert.Equal(1, stage.Status.Pools[0].Backends.Sum(backend => backend.ConnectFailures));
    }

    [Fact]
    public async Task Retry_WhileAnotherRetries_IsAMistakeAndDisturbsNothing()
    {
        await using MemoryStage stage = await StartAsync();
        using BackendLease lease = stage.Site().Take();
        Exception? mistake = null;
        _meanwhile = () => mistake = Record.Exception(() => lease.Retry(LeaseFailure.Connect));

        bool moved = lease.Retry(LeaseFailure.Connect);

        Assert.True(moved);
        Assert.IsType<InvalidOperationException>(mistake);
        Assert.Equal([0, 1, 0], stage.Counts());
    }

    [Fact]
    public async Task DisposeAsync_WhileALeaseIsTaken_GivesNone()
    {
        await using MemoryStage stage = await StartAsync();
        LeasePool site = stage.Site();
        _meanwhile = () => MemoryStage.PartsOf(stage.Balancer).Traffic.Leases.AskAll();

        Assert.Equal(RejectReason.Draining, site.Ask());

        Assert.Equal([0, 0, 0], stage.Counts());
    }

    [Fact]
    public async Task DisposeAsync_WhileALeaseRetries_EndsIt()
    {
        await using MemoryStage stage = await StartAsync();
        using BackendLease lease = stage.Site().Take();
        _meanwhile = () => MemoryStage.PartsOf(stage.Balancer).Traffic.Leases.AskAll();

        bool moved = lease.Retry(LeaseFailure.Connect);

        Assert.False(moved);
        Assert.Equal([0, 0, 0], stage.Counts());
    }

    private Task<MemoryStage> StartAsync() => MemoryStage.StartAsync(
        backends: 3,
        pool: pool => pool.Scheduler = "hooked",
        builder: builder => builder.AddScheduler("hooked", set => new HookedScheduler(set, () => _meanwhile())));

    private sealed class HookedScheduler(SchedulingSet set, Action hook) : IBackendScheduler
    {
        private readonly InOrderScheduler _scheduler = new(set);

        public int SelectBackend(in SchedulingContext context)
        {
            int index = _scheduler.SelectBackend(context);
            hook();
            return index;
        }
    }
}
