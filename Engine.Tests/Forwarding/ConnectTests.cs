// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

public sealed class ConnectTests
{
    [Fact]
    public async Task Connect_TwoOfThreeRefuse_EveryClientIsServedByTheThird()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 3);
        stage.Backends[0].Refuse();
        stage.Backends[1].Unreachable();

        MemoryClient[] clients = [.. Enumerable.Range(0, 5).Select(_ => stage.Connect())];
        foreach (MemoryClient client in clients)
        {
            client.Send("hello");
        }

        Assert.All(clients, client => Assert.Equal("hello", client.ReceivedText));
        Assert.Equal(5, stage.Backends[2].Connections.Count);
        Assert.Empty(stage.Status.Closed);
        Assert.True(stage.Status.Pools[0].Backends[0].ConnectFailures > 0);
        Assert.Equal(stage.Backends[0].ConnectAttempts, stage.Status.Pools[0].Backends[0].ConnectFailures);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(8, 4)]
    public async Task Connect_AllRefuse_TriesDistinctBackendsUpToTheAttemptsThenResets(int attempts, int tried)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 4, pool: pool => pool.ConnectAttempts = attempts);
        foreach (MemoryBackend backend in stage.Backends)
        {
            backend.Refuse();
        }

        MemoryClient client = stage.Connect();

        Assert.Equal(MemoryClose.Reset, client.Closed);
        Assert.Equal(tried, stage.Backends.Sum(backend => backend.ConnectAttempts));
        Assert.All(stage.Backends, backend => Assert.InRange(backend.ConnectAttempts, 0, 1));
        stage.AssertClosedOnly(CloseReason.ConnectFailed);
    }

    [Fact]
    public async Task Connect_OnlyBackendRestarts_ClientWaitsAndIsServedThen()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(pool: pool => pool.ConnectRetry = TimeSpan.FromMilliseconds(100));
        stage.Backends[0].Refuse();
        MemoryClient client = stage.Connect();
        client.Send("hello");

        stage.Time.Advance(TimeSpan.FromMilliseconds(600));
        (MemoryClose Closed, int Attempts, int Held) waiting = (client.Closed, stage.Backends[0].ConnectAttempts, stage.Status.Pools[0].Backends[0].ActiveConnections);
        stage.Backends[0].Accept();
        stage.Time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal((MemoryClose.None, 7, 0), waiting);
        Assert.Equal("hello", client.ReceivedText);
        Assert.Empty(stage.Status.Closed);
        Assert.Equal(7, stage.Status.Pools[0].Backends[0].ConnectFailures);
    }

    [Fact]
    public async Task Connect_AllRefuseForLonger_TriesRoundsOfDistinctBackendsUntilTheConnectTimeout()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            backends: 3, pool: pool => (pool.ConnectRetry, pool.ConnectAttempts) = (TimeSpan.FromSeconds(2), 2));
        foreach (MemoryBackend backend in stage.Backends)
        {
            backend.Refuse();
        }

        MemoryClient client = stage.Connect();
        var attemptsAfter = new List<int>();
        foreach (int milliseconds in new[] { 0, 1999, 1, 2000 })
        {
            stage.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            attemptsAfter.Add(stage.Backends.Sum(backend => backend.ConnectAttempts));
        }

        Assert.Equal([2, 2, 4, 6], attemptsAfter);
        Assert.Equal(MemoryClose.Reset, client.Closed);
        stage.AssertClosedOnly(CloseReason.ConnectFailed);
    }

    [Fact]
    public async Task Connect_ClientGivesUpWhileItWaits_IsEndedAtOnce()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(pool: pool => pool.ConnectRetry = TimeSpan.FromSeconds(1));
        stage.Backends[0].Refuse();
        MemoryClient client = stage.Connect();

        client.Reset();

        stage.AssertClosedOnly(CloseReason.ClientAborted);
        stage.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, stage.Backends[0].ConnectAttempts);
    }

    [Fact]
    public async Task Connect_PinnedBackendComesBackInALaterRound_ClientIsPinnedToWhoServes()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            backends: 2, pool: pool => (pool.ConnectRetry, pool.Affinity, pool.Passive) = (TimeSpan.FromSeconds(1), new AffinityOptions(), null));
        stage.NameTheBackends();
        stage.Backends[0].Refuse();
        stage.Backends[1].Refuse();
        MemoryClient client = stage.Connect();
        stage.Backends[1].Accept();
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        int served = MemoryStage.BackendOf(client);
        stage.Backends[0].Accept();

        int[] later = [.. Enumerable.Range(0, 5).Select(_ => MemoryStage.BackendOf(stage.Connect()))];

        Assert.Equal(1, served);
        Assert.All(later, backend => Assert.Equal(1, backend));
    }

    [Fact]
    public async Task Connect_NobodyAnswers_MovesOnAfterFiveSecondsEachThenTimesOut()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 3);
        foreach (MemoryBackend backend in stage.Backends)
        {
            backend.Blackhole();
        }

        MemoryClient client = stage.Connect();
        var attemptsAfter = new List<int>();
        foreach (int milliseconds in new[] { 0, 4999, 1, 4999, 1, 4999 })
        {
            stage.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            attemptsAfter.Add(stage.Backends.Sum(backend => backend.ConnectAttempts));
        }

        MemoryClose justBefore = client.Closed;
        stage.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([1, 1, 2, 2, 3, 3], attemptsAfter);
        Assert.Equal(MemoryClose.None, justBefore);
        Assert.Equal(MemoryClose.Reset, client.Closed);
        Assert.All(stage.Backends, backend => Assert.Equal(1, backend.ConnectAttempts));
        stage.AssertClosedOnly(CloseReason.ConnectTimeout);
    }

    [Fact]
    public async Task Connect_BlackholeThenLiveBackend_BytesSentMeanwhileArriveThere()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        stage.Backends[0].Blackhole();
        MemoryClient[] clients = [stage.Connect(), stage.Connect()];

        foreach (MemoryClient client in clients)
        {
            client.SendPattern(5000);
        }

        stage.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.All(clients, client => Assert.Equal(5000, client.ReceivedPatternBytes));
        Assert.Equal(2, stage.Backends[1].Connections.Count);
        Assert.Equal(1, stage.Backends[0].ConnectAttempts);
        Assert.Equal(1, stage.Status.Pools[0].Backends[0].ConnectFailures);
    }

    [Fact]
    public async Task Connect_LateAnswerAfterTheTimeOut_IsIgnored()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Blackhole();
        MemoryClient client = stage.Connect();

        stage.Time.Advance(TimeSpan.FromSeconds(5));
        stage.Backends[0].Accept();

        Assert.Equal(MemoryClose.Reset, client.Closed);
        Assert.Empty(stage.Backends[0].Connections);
    }

    [Fact]
    public async Task Connect_EveryBackendHasWeightZero_IsRejectedWithReset()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(pool: pool => pool.Backends["b0"].Weight = 0);

        MemoryClient client = stage.Connect();

        Assert.Equal(MemoryClose.Reset, client.Closed);
        Assert.Equal(1, stage.Rejected(RejectReason.NoBackend));
        Assert.Empty(stage.Status.Closed);
    }

    [Fact]
    public async Task Connect_OwnScheduler_IsAskedByName()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            backends: 3,
            pool: pool => pool.Scheduler = "always-the-last",
            builder: builder => builder.AddScheduler("always-the-last", set => new LastScheduler(set.Count)));
        stage.NameTheBackends();

        int[] chosen = [.. Enumerable.Range(0, 4).Select(_ => MemoryStage.BackendOf(stage.Connect()))];

        Assert.Equal([2, 2, 2, 2], chosen);
    }

    [Fact]
    public async Task Connect_OwnSchedulerThrowsAtOnce_ClientIsRejectedAndNothingIsHeld()
    {
        await using MemoryStage stage = await StartThrowingAsync(throwsFor: 0);

        MemoryClient client = stage.Connect();

        Assert.Equal(MemoryClose.Reset, client.Closed);
        Assert.Equal(1, stage.Rejected(RejectReason.NoBackend));
    }

    [Fact]
    public async Task Connect_OwnSchedulerThrowsOnRetry_CostsThatConnectionOnly()
    {
        await using MemoryStage stage = await StartThrowingAsync(throwsFor: 1);

        stage.Backends[0].Refuse();
        MemoryClient first = stage.Connect();
        stage.Backends[0].Accept();
        MemoryClient second = stage.Connect();
        second.Send("hello");

        Assert.Equal(MemoryClose.Reset, first.Closed);
        Assert.Equal("hello", second.ReceivedText);
        stage.AssertClosedOnly(CloseReason.ConnectFailed);
        Assert.Equal(1, stage.Status.ActiveConnections);
    }

    private static Task<MemoryStage> StartThrowingAsync(int throwsFor) => MemoryStage.StartAsync(
        pool: pool => pool.Scheduler = "throws",
        builder: builder => builder.AddScheduler("throws", _ => new LastScheduler(1) { ThrowsFor = throwsFor }));
}
