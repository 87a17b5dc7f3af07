// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Scheduling;
using LbEngine.Tests.Scheduling;

namespace LbEngine.Tests.Backends;

public class BackendTests
{
    [Fact]
    public void TryAcquire_AtTheLimit_RefusesAndCountsNothing()
    {
        Backend backend = CreateBackend(maxConnections: 2);

        Assert.True(backend.TryAcquire());
        Assert.True(backend.TryAcquire());
        Assert.False(backend.TryAcquire());

        Assert.Equal(2, backend.ActiveCount);
        Assert.Equal(2, backend.TotalConnections);
    }

    [Fact]
    public void TryAcquire_LimitWasLoweredBelowTheCount_RefusesUntilItIsBelow()
    {
        Backend backend = CreateBackend(maxConnections: 5);
        Assert.True(backend.TryAcquire());
        Assert.True(backend.TryAcquire());

        backend.MaxConnections = 1;

        Assert.False(backend.TryAcquire());
        backend.Release();
        Assert.False(backend.TryAcquire());
        backend.Release();
        Assert.True(backend.TryAcquire());
    }

    /// <summary>As many threads as places: a refusal would mean that a thread saw a place taken by one that was itself turned away.</summary>
    [Fact]
    public void TryAcquire_AsManyThreadsAsPlaces_NeverRefuses()
    {
        const int Threads = 3;
        Backend backend = CreateBackend(maxConnections: Threads);

        Threaded.Run(Threads, _ =>
        {
            for (int i = 0; i < 50_000; i++)
            {
                Assert.True(backend.TryAcquire(), "refused although a place was free");
                Assert.InRange(backend.ActiveCount, 1, Threads);
                backend.Release();
            }
        });

        Assert.Equal(0, backend.ActiveCount);
        Assert.Equal(Threads * 50_000, backend.TotalConnections);
    }

    [Theory]
    [InlineData(OperatorState.Ready, HealthState.Up, true)]
    [InlineData(OperatorState.Ready, HealthState.Unknown, true)]
    [InlineData(OperatorState.Draining, HealthState.Up, true)]
    [InlineData(OperatorState.Draining, HealthState.Down, false)]
    [InlineData(OperatorState.Maintenance, HealthState.Up, false)]
    public void HonoursAffinity_EachState_LetsKnownClientsInOrNot(OperatorState operatorState, HealthState health, bool expected)
    {
        Backend backend = CreateBackend();
        backend.OperatorState = operatorState;
        backend.HealthState = health;

        Assert.Equal(expected, backend.HonoursAffinity);
    }

    private static Backend CreateBackend(int maxConnections = int.MaxValue)
    {
        var pool = new BackendPool(0, "site", SchedulerNames.SmoothWeightedRoundRobin, static set => new SmoothWeightedRoundRobinScheduler(set));
        return pool.Add(0, new BackendDefinition("a", new IPEndPoint(IPAddress.Loopback, 80), 1, maxConnections));
    }
}
