// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Scheduling;

namespace LbEngine.Tests.Backends;

public class BackendPoolTests
{
    private int _nextId;

    [Fact]
    public void Publish_BackendsWereAdded_ShowsThemOnlyThen()
    {
        BackendPool pool = CreatePool();
        BackendSet before = pool.Current;
        Backend a = Add(pool, "a", weight: 3, maxConnections: 10);

        Assert.Same(before, pool.Current);
        pool.Publish();

        SchedulingSet set = pool.Current.SchedulingSet;
        Assert.Same(a, pool.Current.Find(0));
        Assert.Equal("a", set.GetName(0));
        Assert.Equal([3], set.Weights.ToArray());
        Assert.Equal([10], set.Limits.ToArray());
        Assert.Equal(0, before.SchedulingSet.Count);
    }

    [Theory]
    [InlineData(OperatorState.Ready, HealthState.Unknown, true)]
    [InlineData(OperatorState.Ready, HealthState.Up, true)]
    [InlineData(OperatorState.Ready, HealthState.Down, false)]
    [InlineData(OperatorState.Draining, HealthState.Unknown, false)]
    [InlineData(OperatorState.Draining, HealthState.Up, false)]
    [InlineData(OperatorState.Draining, HealthState.Down, false)]
    [InlineData(OperatorState.Maintenance, HealthState.Unknown, false)]
    [InlineData(OperatorState.Maintenance, HealthState.Up, false)]
    [InlineData(OperatorState.Maintenance, HealthState.Down, false)]
    public void Publish_EachPairOfStates_DecidesWhetherNewTrafficComes(OperatorState operatorState, HealthState health, bool usable)
    {
        BackendPool pool = CreatePool();
        Backend backend = Add(pool, "a");
        Backend busy = Add(pool, "busy");
        Assert.True(busy.TryAcquire());
        backend.OperatorState = operatorState;
        backend.HealthState = health;

        pool.Publish();

        Assert.Equal(usable, pool.Current.SchedulingSet.Usable[0]);
        Assert.Equal(usable ? 0 : 1, pool.Current.Scheduler.SelectBackend(default));
        Assert.False(pool.Current.IsFailingOpen);
    }

    [Fact]
    public void Publish_StateChanges_KeepLiveCounts()
    {
        BackendPool pool = CreatePool();
        Backend backend = Add(pool, "a");
        pool.Publish();
        Assert.True(backend.TryAcquire());

        backend.HealthState = HealthState.Down;
        pool.Publish();

        Assert.Equal(1, backend.ActiveCount);
        Assert.Equal(1, pool.Current.SchedulingSet.GetActiveCount(0));
    }

    [Fact]
    public void Publish_PoolGrowsPastAChunk_OldAndNewSetReadTheSameCounts()
    {
        BackendPool pool = CreatePool();
        Backend first = Add(pool, "first");
        pool.Publish();
        SchedulingSet old = pool.Current.SchedulingSet;
        for (int i = 0; i < 2 * LoadCounters.ChunkSize; i++)
        {
            Add(pool, $"b{i}");
        }

        pool.Publish();
        Assert.True(first.TryAcquire());

        Assert.Equal(1, old.GetActiveCount(0));
        Assert.Equal(1, pool.Current.SchedulingSet.GetActiveCount(0));
    }

    [Fact]
    public void Remove_ThenPublish_LeavesAVacantIndexAndTheOthersInPlace()
    {
        BackendPool pool = CreatePool();
        Backend a = Add(pool, "a");
        Backend b = Add(pool, "b");
        pool.Publish();

        pool.Remove(a);
        pool.Publish();

        SchedulingSet set = pool.Current.SchedulingSet;
        Assert.Null(pool.Current.Find(0));
        Assert.Same(b, pool.Current.Find(1));
        Assert.Equal("", set.GetName(0));
        Assert.Equal([0, 1], set.Weights.ToArray());
        Assert.False(set.CanTake(0));
        Assert.False(a.KeepsTraffic);
    }

    [Fact]
    public void Add_RemovedBackendHoldsNothing_ReusesItsSlot()
    {
        BackendPool pool = CreatePool();
        Backend a = Add(pool, "a");
        pool.Publish();
        pool.Remove(a);
        pool.Publish();

        Backend again = Add(pool, "a");

        Assert.Equal(a.Slot, again.Slot);
        Assert.NotEqual(a.Id, again.Id);
    }

    [Fact]
    public void Add_RemovedBackendStillHoldsAConnection_TakesAFreshSlotUntilItEnds()
    {
        BackendPool pool = CreatePool();
        Backend a = Add(pool, "a");
        pool.Publish();
        Assert.True(a.TryAcquire());
        pool.Remove(a);
        pool.Publish();

        Backend b = Add(pool, "b");
        Assert.Equal(1, b.Slot);
        Assert.Equal(0, b.ActiveCount);

        a.Release();
        Assert.Equal(0, Add(pool, "c").Slot);
    }

    [Fact]
    public void Add_RemovalIsNotPublishedYet_DoesNotReuseTheSlot()
    {
        BackendPool pool = CreatePool();
        Backend a = Add(pool, "a");
        pool.Publish();
        pool.Remove(a);

        Backend b = Add(pool, "b");

        Assert.Equal(1, b.Slot);
    }

    [Fact]
    public void Add_EndlessReplacement_KeepsThePoolSmall()
    {
        BackendPool pool = CreatePool();
        for (int i = 0; i < 1000; i++)
        {
            Backend backend = Add(pool, "a");
            pool.Publish();
            pool.Remove(backend);
            pool.Publish();
        }

        Assert.Equal(1, pool.Current.SchedulingSet.Count);
    }

    [Fact]
    public void Add_NameIsTaken_SaysWhichInWhichPool()
    {
        BackendPool pool = CreatePool();
        Add(pool, "a");

        var exception = Assert.Throws<ArgumentException>(() => Add(pool, "a"));

        Assert.Contains("Pool 'site' has a backend named 'a' already", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_Twice_SaysThatItIsNotThere()
    {
        BackendPool pool = CreatePool();
        Backend a = Add(pool, "a");
        pool.Remove(a);

        var exception = Assert.Throws<ArgumentException>(() => pool.Remove(a));

        Assert.Contains("'a' is not in pool 'site'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Publish_AfterTheEndOfThePool_ItsLastSetStays()
    {
        BackendPool pool = CreatePool();
        Backend a = Add(pool, "a");
        pool.Publish();
        BackendSet last = pool.Current;

        pool.Retire();
        pool.Remove(a);
        pool.Publish();

        Assert.Same(last, pool.Current);
        Assert.False(a.KeepsTraffic);
    }

    [Fact]
    public void Add_OldOwnerOfTheSlotHoldsNothing_CountsForTheNewOneOnly()
    {
        BackendPool pool = CreatePool();
        Backend old = Add(pool, "old");
        pool.Publish();
        pool.Remove(old);
        pool.Publish();

        Backend fresh = Add(pool, "fresh");
        fresh.TryAcquire();

        Assert.Equal(old.Slot, fresh.Slot);
        Assert.Equal((0, 1), (old.ActiveCount, fresh.ActiveCount));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void Find_IndexOutOfRange_ReturnsNull(int index)
    {
        BackendPool pool = CreatePool();
        Add(pool, "a");
        pool.Publish();

        Assert.Null(pool.Current.Find(index));
    }

    private static BackendPool CreatePool() =>
        new(0, "site", SchedulerNames.WeightedLeastConnections, static set => new WeightedLeastConnectionsScheduler(set));

    private Backend Add(BackendPool pool, string name, int weight = 1, int maxConnections = int.MaxValue) =>
        pool.Add(_nextId++, new BackendDefinition(name, new IPEndPoint(IPAddress.Loopback, 80), weight, maxConnections));
}
