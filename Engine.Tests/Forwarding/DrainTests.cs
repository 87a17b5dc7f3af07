// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

public sealed class DrainTests
{
    [Fact]
    public async Task DrainAsync_NothingLives_CompletesAtOnceAndNewClientsAreRefused()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();

        await stage.Balancer.DrainAsync();
        MemoryClient late = stage.Connect();

        Assert.Equal(MemoryClose.Refused, late.Closed);
        Assert.Equal(LoadBalancerState.Draining, stage.Status.State);
    }

    [Fact]
    public async Task DrainAsync_ConnectionLives_WaitsForItsEndAndServesIt()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient client = stage.Connect();

        Task drain = stage.Balancer.DrainAsync();
        stage.Time.Advance(TimeSpan.FromSeconds(299));
        client.Send("still here");
        bool drainedEarly = drain.IsCompleted;
        client.Finish();
        await drain;

        Assert.False(drainedEarly);
        Assert.Equal("still here", client.ReceivedText);
        stage.AssertClosedOnly(CloseReason.Completed);
    }

    [Fact]
    public async Task DrainAsync_TimeoutPasses_ClosesTheRestSpreadOverThirtySeconds()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient[] clients = [.. Enumerable.Range(0, 6).Select(_ => stage.Connect())];

        Task drain = stage.Balancer.DrainAsync();
        stage.Time.Advance(TimeSpan.FromMilliseconds(299_999));
        var closedAfter = new List<int> { clients.Count(client => client.Closed != MemoryClose.None) };
        stage.Time.Advance(TimeSpan.FromMilliseconds(1));
        for (int i = 0; i < 6; i++)
        {
            closedAfter.Add(clients.Count(client => client.Closed != MemoryClose.None));
            stage.Time.Advance(TimeSpan.FromSeconds(5));
        }

        await drain;

        Assert.Equal([0, 1, 2, 3, 4, 5, 6], closedAfter);
        Assert.All(clients, client => Assert.Equal(MemoryClose.Fin, client.Closed));
        stage.AssertClosedOnly(CloseReason.Drained, 6);
    }

    [Fact]
    public async Task DrainAsync_Delay_TakesNewClientsUntilItIsOverAndSaysThatItDrains()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(options: options => options.Drain.Delay = TimeSpan.FromSeconds(10));

        Task drain = stage.Balancer.DrainAsync();
        LoadBalancerState atOnce = stage.Status.State;
        stage.Time.Advance(TimeSpan.FromMilliseconds(9_999));
        MemoryClient early = stage.Connect();
        stage.Time.Advance(TimeSpan.FromMilliseconds(1));
        var late = new List<MemoryClient>();
        await stage.AdvanceUntilAsync(
            () =>
            {
                late.Add(stage.Connect());
                return late[^1].Closed == MemoryClose.Refused;
            },
            "new clients are refused",
            TimeSpan.Zero);
        foreach (MemoryClient client in late.Append(early))
        {
            client.Finish();
        }

        await drain.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(LoadBalancerState.Draining, atOnce);
        Assert.Equal(MemoryClose.Fin, early.Closed);
        stage.AssertClosedOnly(CloseReason.Completed, late.Count);
    }

    [Fact]
    public async Task DrainAsync_DelayAndTimeout_RunOneAfterTheOther()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            options: options => (options.Drain.Delay, options.Drain.Timeout, options.Drain.Spread) = (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20), TimeSpan.Zero));
        MemoryClient client = stage.Connect();
        long start = stage.Time.GetTimestamp();

        Task drain = stage.Balancer.DrainAsync();
        await stage.AdvanceUntilAsync(() => drain.IsCompleted, "the drain ends", TimeSpan.FromMilliseconds(100));

        Assert.InRange(stage.Time.GetElapsedTime(start), TimeSpan.FromSeconds(30), TimeSpan.MaxValue);
        Assert.Equal(MemoryClose.Fin, client.Closed);
        stage.AssertClosedOnly(CloseReason.Drained);
    }

    [Fact]
    public async Task DisposeAsync_DuringTheDelay_EndsBothAtOnce()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(options: options => options.Drain.Delay = TimeSpan.FromHours(1));
        MemoryClient client = stage.Connect();
        Task drain = stage.Balancer.DrainAsync();

        await stage.Balancer.DisposeAsync();
        await drain.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(LoadBalancerState.Stopped, stage.Status.State);
        stage.AssertClosedOnly(CloseReason.Stopped);
    }

    [Fact]
    public async Task DrainAsync_OneStepOfTime_DrainsToTheEnd()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient[] clients = [.. Enumerable.Range(0, 50).Select(_ => stage.Connect())];

        Task drain = stage.Balancer.DrainAsync();
        stage.Time.Advance(TimeSpan.FromSeconds(330));
        await drain;

        stage.AssertClosedOnly(CloseReason.Drained, clients.Length);
    }

    [Fact]
    public async Task DrainAsync_ClientsInTheBacklog_AreTakenFirstOrReset()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(listener: listener => listener.MaxConnections = 1);
        MemoryClient served = stage.Connect();
        MemoryClient held = stage.Connect();

        Task drain = stage.Balancer.DrainAsync();
        served.Finish();
        await drain;

        Assert.Equal(MemoryClose.Reset, held.Closed);
        Assert.False(held.IsPending);
        stage.AssertClosedOnly(CloseReason.Completed);
    }

    [Fact]
    public async Task DisposeAsync_WhileConnectionsLive_EndsThemAsStopped()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        stage.Backends[1].Blackhole();
        MemoryClient[] clients = [stage.Connect(), stage.Connect()];

        await stage.Balancer.DisposeAsync();

        Assert.All(clients, client => Assert.Equal(MemoryClose.Fin, client.Closed));
        stage.AssertClosedOnly(CloseReason.Stopped, 2);
        Assert.Equal(MemoryClose.Refused, stage.Connect().Closed);
    }

    [Fact]
    public async Task DisposeAsync_TwiceAtOnce_BothComplete()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Connect();

        await Task.WhenAll(
            Task.Run(async () => await stage.Balancer.DisposeAsync()),
            Task.Run(async () => await stage.Balancer.DisposeAsync())).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(LoadBalancerState.Stopped, stage.Status.State);
        stage.AssertClosedOnly(CloseReason.Stopped);
    }

    [Fact]
    public async Task DisposeAsync_DuringADrain_EndsBoth()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient[] clients = [.. Enumerable.Range(0, 4).Select(_ => stage.Connect())];
        Task drain = stage.Balancer.DrainAsync();
        stage.Time.Advance(TimeSpan.FromSeconds(301));

        await stage.Balancer.DisposeAsync();
        await drain.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.All(clients, client => Assert.Equal(MemoryClose.Fin, client.Closed));
        Assert.Equal(1, stage.Closed(CloseReason.Drained));
        Assert.Equal(3, stage.Closed(CloseReason.Stopped));
    }
}
