// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Leasing;
using LbEngine.Lifecycle;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Leasing;

/// <summary>What the holder of a lease reports of its backend, and what follows.</summary>
public sealed class LeaseFailureTests
{
    [Fact]
    public async Task Retry_UntilThereAreNoMoreAttempts_MeetsDistinctBackendsAndEnds()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 5, pool: pool => pool.ConnectAttempts = 3);
        using BackendLease lease = stage.Site().Take();
        var met = new List<string> { lease.Backend };

        while (lease.Retry(LeaseFailure.Connect))
        {
            met.Add(lease.Backend);
            Assert.Equal(1, stage.Counts().Sum());
        }

        Assert.Equal(3, met.Distinct().Count());
        Assert.Equal([0, 0, 0, 0, 0], stage.Counts());
        Assert.Equal(3, stage.Status.Pools[0].Backends.Sum(backend => backend.ConnectFailures));
    }

    [Fact]
    public async Task Retry_NobodyElseIsThere_EndsTheLease()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        using BackendLease lease = stage.Site().Take();

        Assert.False(lease.Retry(LeaseFailure.Connect));

        Assert.Equal([0], stage.Counts());
        Assert.Equal("b0", lease.Backend);
    }

    [Theory]
    [InlineData(LeaseFailure.Connect)]
    [InlineData(LeaseFailure.Answer)]
    public async Task End_ThreeFailuresInARow_LeaveTheBackendOutForAWhile(LeaseFailure failure)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);

        FailB0(stage, failure, 3);

        Assert.True(stage.Backend("b0").IsEjected);
        stage.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(stage.Backend("b0").IsEjected);
    }

    [Fact]
    public async Task Answered_BetweenFailures_EjectsNobody()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);

        for (int i = 0; i < 10; i++)
        {
            FailB0(stage, LeaseFailure.Connect, 2);
            using BackendLease well = stage.Site().Take(preferred: "b0");
            well.Answered();
        }

        Assert.False(stage.Backend("b0").IsEjected);
        Assert.Equal(20, stage.Backend("b0").ConnectFailures);
    }

    [Fact]
    public async Task End_BackendHadAnsweredBefore_CountsAResetAndBlamesNobody()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);

        for (int i = 0; i < 10; i++)
        {
            BackendLease lease = stage.Site().Take(preferred: "b0");
            lease.Answered();
            lease.End(LeaseFailure.Answer);
        }

        Assert.Equal((10, false), (stage.Backend("b0").Resets, stage.Backend("b0").IsEjected));
    }

    [Fact]
    public async Task End_NotTheBackendsFault_CountsNothing()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);

        FailB0(stage, LeaseFailure.NotBackend, 10);

        Assert.Equal((0, 0, false), (stage.Backend("b0").ConnectFailures, stage.Backend("b0").Resets, stage.Backend("b0").IsEjected));
    }

    [Fact]
    public async Task Failures_OfLeasesAndConnections_CountTogether()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, pool: pool => pool.Scheduler = "smooth-weighted-round-robin");
        stage.Backends[0].Refuse();
        while (stage.Backend("b0").ConnectFailures < 2)
        {
            stage.Connect();
        }

        FailB0(stage, LeaseFailure.Connect, 1);

        Assert.True(stage.Backend("b0").IsEjected);
    }

    [Fact]
    public async Task TryLease_AllBackendsAreOut_GoesByWhenAllDown()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(pool: pool =>
        {
            pool.WhenAllDown = AllDownBehaviour.Refuse;
            pool.Passive!.MaxEjectedPercent = 100;
        });

        FailB0(stage, LeaseFailure.Connect, 3);

        Assert.Equal(RejectReason.NoBackend, stage.Site().Ask());
    }

    private static void FailB0(MemoryStage stage, LeaseFailure failure, int times)
    {
        for (int i = 0; i < times; i++)
        {
            stage.Site().Take(preferred: "b0").End(failure);
        }
    }
}
