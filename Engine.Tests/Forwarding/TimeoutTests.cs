// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

public sealed class TimeoutTests
{
    private static readonly TimeSpan Tenth = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task IdleTimeout_NothingMoves_EndsAtFifteenMinutesAndNotBefore()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient client = stage.Connect();
        client.Send("hello");

        stage.Time.Advance(Quarter - Tenth);
        MemoryClose before = client.Closed;
        int aliveBefore = stage.Status.ActiveConnections;
        stage.Time.Advance(Tenth);

        Assert.Equal((MemoryClose.None, 1), (before, aliveBefore));
        Assert.Equal(MemoryClose.Fin, client.Closed);
        Assert.Equal(MemoryClose.Fin, stage.OnlyBackendConnection().Closed);
        stage.AssertClosedOnly(CloseReason.IdleTimeout);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1003)]
    [InlineData(1007)]
    [InlineData(604_800_000)]
    public async Task IdleTimeout_AnyLength_IsExactToTheMillisecond(int milliseconds)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(listener: listener => listener.IdleTimeout = TimeSpan.FromMilliseconds(milliseconds));
        stage.Time.Advance(TimeSpan.FromMilliseconds(12_345));
        MemoryClient client = stage.Connect();

        stage.Time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        MemoryClose before = client.Closed;
        stage.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(MemoryClose.None, before);
        Assert.Equal(MemoryClose.Fin, client.Closed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task IdleTimeout_OneSideSendsNowAndThen_RunsFromTheLastByte(bool clientSends)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Silent();
        MemoryClient client = stage.Connect();
        MemoryConnection sender = clientSends ? client : stage.OnlyBackendConnection();

        for (int i = 0; i < 10; i++)
        {
            stage.Time.Advance(Quarter - Tenth);
            sender.Send(".");
        }

        stage.Time.Advance(Quarter - Tenth);
        int alive = stage.Status.ActiveConnections;
        stage.Time.Advance(Tenth);

        Assert.Equal(1, alive);
        stage.AssertClosedOnly(CloseReason.IdleTimeout);
    }

    [Fact]
    public async Task IdleTimeout_PeerBlocked_CountsProgressOnlyAndResetsBothSinceBytesAreLost()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient client = stage.Connect();
        client.Send("hello");
        MemoryConnection backend = stage.OnlyBackendConnection();
        backend.Pause();
        client.SendPattern(1_000_000);

        stage.Time.Advance(Quarter - Tenth);
        client.SendPattern(1000);
        stage.Time.Advance(Tenth);

        stage.AssertClosedOnly(CloseReason.IdleTimeout);
        Assert.Equal((MemoryClose.Reset, MemoryClose.Reset), (client.Closed, backend.Closed));
        Assert.Equal(0, client.UnsentBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HalfCloseTimeout_OtherSideSilent_EndsAfterSixtySecondsFromTheFin(bool clientFinishes)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Silent();
        MemoryClient client = stage.Connect();
        MemoryConnection backend = stage.OnlyBackendConnection();
        stage.Time.Advance(TimeSpan.FromMinutes(10));

        (clientFinishes ? client : backend).Finish();
        ConnectionPhase phase = Assert.Single(stage.Balancer.GetConnections()).Phase;
        stage.Time.Advance(TimeSpan.FromSeconds(60) - Tenth);
        int alive = stage.Status.ActiveConnections;
        stage.Time.Advance(Tenth);

        Assert.Equal(ConnectionPhase.HalfClosed, phase);
        Assert.Equal(1, alive);
        Assert.Equal(MemoryClose.Fin, (clientFinishes ? client : backend).Closed);
        stage.AssertClosedOnly(CloseReason.HalfCloseTimeout);
    }

    [Fact]
    public async Task HalfCloseTimeout_OtherSideKeepsSending_DoesNotEndTheConnection()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Silent();
        MemoryClient client = stage.Connect();
        MemoryConnection backend = stage.OnlyBackendConnection();
        client.Finish();

        for (int i = 0; i < 20; i++)
        {
            stage.Time.Advance(TimeSpan.FromSeconds(59));
            backend.SendPattern(100);
        }

        backend.Finish();

        Assert.Equal(2000, client.ReceivedPatternBytes);
        stage.AssertClosedOnly(CloseReason.Completed);
    }

    [Fact]
    public async Task IdleTimeout_TenThousandConnections_AllEndInOneStep()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(options: options => options.MaxConnections = 10_000);
        MemoryClient[] clients = [.. Enumerable.Range(0, 10_000).Select(_ => stage.Connect())];

        stage.Time.Advance(Quarter);

        Assert.All(clients, client => Assert.Equal(MemoryClose.Fin, client.Closed));
        stage.AssertClosedOnly(CloseReason.IdleTimeout, 10_000);
    }

    [Fact]
    public async Task Send_AfterTheIdleTimeout_IsAnsweredWithReset()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient client = stage.Connect();
        stage.Time.Advance(Quarter);

        client.Send("too late");

        Assert.Equal(MemoryClose.Reset, client.Closed);
    }
}
