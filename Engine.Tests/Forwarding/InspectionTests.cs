// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Inspection;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tables;
using LbEngine.Testing;
using LbEngine.Tests.Harness.Balancing;

namespace LbEngine.Tests.Forwarding;

/// <summary>A listener that inspects: the row and the counts from the accept on, a deadline, then a place in the pool that the bytes have named.</summary>
public sealed class InspectionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Inspect_SplitAtEveryByte_ReachesTheNamedPoolUnaltered(bool skips)
    {
        await using InspectingStage stage = await InspectingStage.StartAsync(skips);
        byte[] stream = [.. HeaderInspection.Line("other"), .. "and the rest"u8];
        string expected = skips ? "and the rest" : Encoding.ASCII.GetString(stream);

        for (int split = 1; split < stream.Length; split++)
        {
            MemoryClient client = stage.Connect();
            client.Send(stream.AsSpan(0, split));
            client.Send(stream.AsSpan(split));
            client.Finish();

            Assert.Equal(expected, stage.Other.Connections[^1].ReceivedText);
            Assert.Equal((expected, MemoryClose.Fin), (client.ReceivedText, client.Closed));
        }

        Assert.Equal(0, stage.Site.ConnectAttempts);
        stage.Memory.AssertClosedOnly(CloseReason.Completed, stream.Length - 1);
    }

    [Fact]
    public async Task Inspect_ByteByByteThenSilence_TurnsAwayWhenTheTimeSinceTheAcceptIsOver()
    {
        await using InspectingStage stage = await InspectingStage.StartAsync(listener: web => web.InspectTimeout = TimeSpan.FromSeconds(3));
        MemoryClient client = stage.Connect();

        stage.Memory.Time.Advance(TimeSpan.FromSeconds(2));
        client.Send("t");
        stage.Memory.Time.Advance(TimeSpan.FromMilliseconds(999));
        client.Send("o");
        MemoryClose before = client.Closed;
        stage.Memory.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal((MemoryClose.None, MemoryClose.Reset), (before, client.Closed));
        Assert.Equal(1, stage.Memory.Rejected(RejectReason.InspectTimeout));
        Assert.Empty(stage.Memory.Status.Closed);
    }

    [Fact]
    public async Task Inspect_NothingSent_TurnsAwayAfterFiveSecondsByDefault()
    {
        await using InspectingStage stage = await InspectingStage.StartAsync();
        MemoryClient client = stage.Connect();

        stage.Memory.Time.Advance(TimeSpan.FromMilliseconds(4999));
        MemoryClose before = client.Closed;
        stage.Memory.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal((MemoryClose.None, MemoryClose.Reset), (before, client.Closed));
        Assert.Equal(1, stage.Memory.Rejected(RejectReason.InspectTimeout));
    }

    [Fact]
    public async Task Inspect_Placed_TimeOfTheInspectionIsForgotten()
    {
        await using InspectingStage stage = await InspectingStage.StartAsync();
        MemoryClient client = stage.Connect();
        client.Send(HeaderInspection.Line("site"));

        stage.Memory.Time.Advance(TimeSpan.FromSeconds(30));
        client.Send("late");

        Assert.Equal(("late", MemoryClose.None), (client.ReceivedText, client.Closed));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("to:nowhere\n")]
    [InlineData("to:a line that does not end within the sixty-four bytes that it may have")]
    [InlineData("to:site@nonsense\n")]
    public async Task Inspect_WrongOrEndlessOrFailing_IsTurnedAwayAtOnce(string sent)
    {
        await using InspectingStage stage = await InspectingStage.StartAsync();
        MemoryClient client = stage.Connect();

        client.Send(sent);

        Assert.Equal(MemoryClose.Reset, client.Closed);
        Assert.Equal(1, stage.Memory.Rejected(RejectReason.InspectionFailed));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("to:oth", true)]
    [InlineData("", false)]
    [InlineData("to:oth", false)]
    public async Task Inspect_ClientGoesBeforeItIsDecided_EndsAsAborted(string sent, bool resets)
    {
        await using InspectingStage stage = await InspectingStage.StartAsync();
        MemoryClient client = stage.Connect();
        client.Send(sent);

        if (resets)
        {
            client.Reset();
        }
        else
        {
            client.Finish();
        }

        stage.Memory.AssertClosedOnly(CloseReason.ClientAborted);
    }

    [Fact]
    public async Task Inspect_EngineFull_OthersWaitUntilTheSilentOneIsTurnedAway()
    {
        await using InspectingStage stage = await InspectingStage.StartAsync(listener: web => web.MaxConnections = 1);
        stage.Connect();
        MemoryClient second = stage.Connect();
        second.Send([.. HeaderInspection.Line("other"), .. "hello"u8]);
        bool waited = second.IsPending;

        stage.Memory.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.True(waited, "A client that is inspected holds no place.");
        Assert.Equal("hello", second.ReceivedText);
    }

    [Fact]
    public async Task Inspect_FirstBackendRefuses_NextOneGetsEveryByte()
    {
        await using InspectingStage stage = await InspectingStage.StartAsync(skips: false);
        stage.Other.Refuse();
        MemoryBackend second = stage.AddToOther();
        await stage.ReloadAsync();
        MemoryClient client = stage.Connect();
        client.Send("to:other\nfirst words");
        client.Finish();

        Assert.Equal("to:other\nfirst words", Assert.Single(second.Connections).ReceivedText);
        Assert.Equal("to:other\nfirst words", client.ReceivedText);
    }

    [Fact]
    public async Task Inspect_ReloadTakesTheInspectionAway_ClientGoesToTheListenersPoolWithAllItHasSent()
    {
        await using InspectingStage stage = await InspectingStage.StartAsync();
        MemoryClient client = stage.Connect();
        client.Send("to:o");

        stage.Listener.Inspection = null;
        client.Send("ther\n");

        Assert.Equal("to:other\n", Assert.Single(stage.Site.Connections).ReceivedText);
        Assert.Empty(stage.Other.Connections);
    }

    [Fact]
    public async Task Inspect_ReloadTakesThePoolAway_ClientThatNamesItIsTurnedAway()
    {
        await using InspectingStage stage = await InspectingStage.StartAsync();
        MemoryClient client = stage.Connect();
        client.Send("to:o");

        await stage.ReloadAsync(options => options.Pools.Remove("other"));
        client.Send("ther\n");

        Assert.Equal(MemoryClose.Reset, client.Closed);
        Assert.Equal(1, stage.Memory.Rejected(RejectReason.InspectionFailed));
    }

    [Fact]
    public async Task DrainAsync_ClientIsInspected_IsPlacedWhenItHasSpoken()
    {
        await using InspectingStage stage = await InspectingStage.StartAsync();
        MemoryClient client = stage.Connect();

        Task drain = stage.Memory.Balancer.DrainAsync();
        bool waited = !drain.IsCompleted;
        client.Send([.. HeaderInspection.Line("other"), .. "hello"u8]);
        client.Finish();
        await drain;

        Assert.True(waited, "The drain did not wait for a client that had arrived.");
        Assert.Equal("hello", client.ReceivedText);
        stage.Memory.AssertClosedOnly(CloseReason.Completed);
    }

    [Fact]
    public async Task DrainAsync_DeadlinePassesMeanwhile_EndsTheInspectedClientInOrder()
    {
        await using InspectingStage stage = await InspectingStage.StartAsync(
            options: all => all.Drain = new DrainOptions { Timeout = TimeSpan.FromSeconds(1), Spread = TimeSpan.Zero });
        MemoryClient client = stage.Connect();

        Task drain = stage.Memory.Balancer.DrainAsync();
        stage.Memory.Time.Advance(TimeSpan.FromSeconds(1));
        await drain;

        Assert.Equal(MemoryClose.Fin, client.Closed);
        stage.Memory.AssertClosedOnly(CloseReason.Drained);
    }

    [Fact]
    public async Task GetConnections_ClientIsInspected_ShowsItWithoutABackendAndCloses()
    {
        await using InspectingStage stage = await InspectingStage.StartAsync();
        MemoryClient client = stage.Connect();

        ConnectionStatus shown = Assert.Single(stage.Memory.Balancer.GetConnections());
        bool isClosed = await stage.Memory.Balancer.CloseConnectionAsync(shown.Id);

        Assert.Equal((ConnectionPhase.Inspecting, "web", "", ""), (shown.Phase, shown.Listener, shown.Pool, shown.Backend));
        Assert.True(isClosed);
        Assert.Equal(MemoryClose.Reset, client.Closed);
        stage.Memory.AssertClosedOnly(CloseReason.Killed);
    }

    [Fact]
    public async Task Place_HeaderNamesTheClient_LimitAndTableGoByTheRealAddress()
    {
        await using InspectingStage stage = await InspectingStage.StartAsync(listener: web => web.MaxConnectionsPerClient = 1);
        MemoryClient first = stage.Connect();
        MemoryClient second = stage.Connect();
        MemoryClient third = stage.Connect();

        first.Send(HeaderInspection.Line("other", "203.0.113.1:1000"));
        second.Send(HeaderInspection.Line("other", "203.0.113.2:1000"));
        third.Send(HeaderInspection.Line("other", "203.0.113.1:2000"));

        Assert.Equal([MemoryClose.None, MemoryClose.None, MemoryClose.Reset], new[] { first.Closed, second.Closed, third.Closed });
        Assert.Equal(1, stage.Memory.Rejected(RejectReason.ClientLimit));
        Assert.Equal(
            ["203.0.113.1:1000", "203.0.113.2:1000"],
            stage.Memory.Balancer.GetConnections().Select(connection => connection.Client.ToString()).Order());
    }

    [Fact]
    public async Task Established_BackendSpeaksFirstBehindAHeader_PoolIsNotTakenForOneWhoseClientsDo()
    {
        await using InspectingStage stage = await InspectingStage.StartAsync();
        stage.Other.OnConnected(connection => connection.Send("220 ready\r\n")).Silent();

        for (int i = 0; i < 20; i++)
        {
            MemoryClient greeted = stage.Connect();
            greeted.Send(HeaderInspection.Line("other"));
            Assert.Equal("220 ready\r\n", greeted.ReceivedText);

            MemoryClient talker = stage.Connect();
            talker.Send([.. HeaderInspection.Line("site"), .. "hello"u8]);
        }

        Assert.False(stage.FindPool("other")!.FirstSpeaker.IsClient);
        Assert.True(stage.FindPool("site")!.FirstSpeaker.IsClient);
    }

    [Fact]
    public async Task Inspect_ParserThrows_CostsThatClientOnly()
    {
        await using InspectingStage stage = await InspectingStage.StartAsync();
        stage.Listener.Inspection = new Thrower();
        MemoryClient unlucky = stage.Connect();
        unlucky.Send("x");
        stage.Listener.Inspection = stage.Inspection;
        MemoryClient other = stage.Connect();
        other.Send([.. HeaderInspection.Line("site"), .. "fine"u8]);

        Assert.Equal((MemoryClose.Reset, "fine"), (unlucky.Closed, other.ReceivedText));
        Assert.Equal(1, stage.Memory.Rejected(RejectReason.InspectionFailed));
    }

    private sealed class Thrower : IInspection
    {
        public int MaxBytes => 1;

        public InspectionResult Inspect(ReadOnlySpan<byte> bytes, EndPointKey peer) => throw new FormatException("No such format.");
    }
}
