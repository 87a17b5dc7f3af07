// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Scheduling;
using LbEngine.Tests.Harness.Threads;

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

    /// <summary>A count above the limit, even for a moment, would make another thread see a full backend where a place is free.</summary>
    [Fact]
    public void TryAcquire_MoreThreadsThanPlaces_NeverShowsMoreThanTheLimit()
    {
        const int Threads = 4;
        Backend backend = CreateBackend(maxConnections: 2);
        int acquired = 0;

        Threaded.Run(Threads, _ =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                bool isMine = backend.TryAcquire();
                int seen = backend.ActiveCount;
                Assert.True(seen <= 2, $"{seen} connections at a limit of 2");
                if (isMine)
                {
                    Interlocked.Increment(ref acquired);
                    backend.Release();
                }
            }
        });

        Assert.Equal(0, backend.ActiveCount);
        Assert.Equal(acquired, backend.TotalConnections);
    }

    [Fact]
    public void TryNoteFailure_Flood_IsNewsOnceUntilItIsForgotten()
    {
        Backend backend = CreateBackend();

        bool[] flood = [backend.TryNoteFailure(), backend.TryNoteFailure(), backend.TryNoteFailure()];
        backend.ForgetFailure();

        Assert.Equal([true, false, false], flood);
        Assert.True(backend.TryNoteFailure());
    }

    private static Backend CreateBackend(int maxConnections = int.MaxValue)
    {
        var pool = new BackendPool(0, "site", SchedulerNames.SmoothWeightedRoundRobin, static set => new SmoothWeightedRoundRobinScheduler(set));
        return pool.Add(0, new BackendDefinition("a", new IPEndPoint(IPAddress.Loopback, 80), 1, maxConnections));
    }
}
