// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>How long a flow lives, and what ends it.</summary>
public sealed class FlowLifeTests
{
    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Flow_Answered_EndsAfterSixtySecondsWithoutADatagram()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        MemoryDatagramClient client = stage.Ask("q");
        stage.Time.Advance(TimeSpan.FromSeconds(59));
        client.Send("q");

        stage.Time.Advance(TimeSpan.FromSeconds(60) - OneMillisecond);
        int justBefore = stage.Status.ActiveConnections;
        stage.Time.Advance(OneMillisecond);

        Assert.Equal(1, justBefore);
        Assert.Equal(0, stage.Status.ActiveConnections);
        Assert.Equal(1, stage.Closed(CloseReason.IdleTimeout));
        Assert.Equal(["0q", "0q"], client.ReceivedTexts);
    }

    [Fact]
    public async Task Flow_NeverAnswered_EndsAfterTenSeconds()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        stage.Backends[0].Silent();
        stage.Ask("q");

        stage.Time.Advance(TimeSpan.FromSeconds(10) - OneMillisecond);
        int justBefore = stage.Status.ActiveConnections;
        stage.Time.Advance(OneMillisecond);

        Assert.Equal(1, justBefore);
        Assert.Equal(1, stage.Closed(CloseReason.Unanswered));
    }

    [Fact]
    public async Task Flow_AnsweredJustInTime_LivesForTheLongTimeoutFromThere()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        stage.Backends[0].Silent();
        MemoryDatagramClient client = stage.Ask("q");
        stage.Time.Advance(TimeSpan.FromSeconds(10) - OneMillisecond);

        stage.Backends[0].Received[0].Reply("late");
        stage.Time.Advance(TimeSpan.FromSeconds(60) - OneMillisecond);
        int justBefore = stage.Status.ActiveConnections;
        stage.Time.Advance(OneMillisecond);

        Assert.Equal(["late"], client.ReceivedTexts);
        Assert.Equal(1, justBefore);
        Assert.Equal(1, stage.Closed(CloseReason.IdleTimeout));
    }

    [Fact]
    public async Task Flow_RepliesAlone_KeepItAlive()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        MemoryDatagramClient client = stage.Ask("q");

        for (int i = 0; i < 5; i++)
        {
            stage.Time.Advance(TimeSpan.FromSeconds(50));
            stage.Backends[0].Received[0].Reply($"{i}");
        }

        Assert.Equal(["0q", "0", "1", "2", "3", "4"], client.ReceivedTexts);
        Assert.Equal(1, stage.Status.ActiveConnections);
    }

    [Fact]
    public async Task Reply_AfterTheFlowHasEnded_IsLost()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        stage.Backends[0].Silent();
        MemoryDatagramClient client = stage.Ask("q");
        stage.Time.Advance(TimeSpan.FromSeconds(10));

        stage.Backends[0].Received[0].Reply("too late");

        Assert.Empty(client.Received);
    }

    [Fact]
    public async Task Responses_One_EndsWithTheReplyAndTheNextQueryMayGoElsewhere()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2, listener: dns => dns.Responses = 1);
        MemoryDatagramClient client = stage.Client();

        var chosen = new List<int>();
        for (int i = 0; i < 4; i++)
        {
            client.Send("q");
            chosen.Add(DatagramStage.BackendOf(client));
        }

        Assert.Equal(2, chosen.Distinct().Count());
        Assert.Equal(4, stage.Closed(CloseReason.Completed));
        Assert.Equal(0, stage.Status.ActiveConnections);
    }

    [Fact]
    public async Task Responses_OneAndTwoQueriesInFlight_LosesNoReply()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: dns => dns.Responses = 1);
        stage.Backends[0].Silent();
        MemoryDatagramClient client = stage.Client();
        client.Send("a");
        client.Send("b");

        stage.Backends[0].Received[1].Reply("b");
        stage.Backends[0].Received[0].Reply("a");

        Assert.Equal(["b", "a"], client.ReceivedTexts);
        Assert.Equal(1, stage.Closed(CloseReason.Completed));
    }

    [Fact]
    public async Task Requests_One_BalancesEachDatagramAndPassesEveryReplyBack()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2, listener: dns =>
        {
            dns.Requests = 1;
            dns.Responses = 2;
        });
        stage.Backends[0].Silent();
        stage.Backends[1].Silent();
        MemoryDatagramClient client = stage.Client();
        client.Send("a");
        client.Send("b");

        foreach (MemoryDatagram datagram in stage.Backends.SelectMany(backend => backend.Received).ToArray())
        {
            datagram.Reply($"{datagram.Text}1");
            datagram.Reply($"{datagram.Text}2");
        }

        Assert.Equal([1, 1], stage.Backends.Select(backend => backend.Received.Count));
        Assert.Equal(["a1", "a2", "b1", "b2"], client.ReceivedTexts.Order());
        Assert.Equal(2, stage.Closed(CloseReason.Completed));
    }

    [Fact]
    public async Task Requests_Three_TheFourthBeginsAFlowBesideTheFirst()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2, listener: dns => dns.Requests = 3);
        MemoryDatagramClient client = stage.Client();

        for (int i = 0; i < 6; i++)
        {
            client.Send($"{i}");
        }

        string[] received = [.. stage.Backends.Select(backend => string.Concat(backend.ReceivedTexts)).Order()];
        Assert.Equal(["012", "345"], received);
        Assert.Equal(2, stage.Status.ActiveConnections);
        stage.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(2, stage.Closed(CloseReason.IdleTimeout));
    }

    [Fact]
    public async Task MaxReplyRatio_UntilTheClientSendsAgain_HoldsRepliesBackAndCountsThem()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: dns => dns.MaxReplyRatio = 3);
        stage.Backends[0].Silent();
        MemoryDatagramClient client = stage.Ask("1234567890");
        MemoryDatagram first = stage.Backends[0].Received[0];

        first.Reply(new string('a', 20));
        first.Reply(new string('b', 11));
        first.Reply(new string('c', 10));
        first.Reply("d");
        client.Send("proof");
        first.Reply(new string('e', 1000));

        Assert.Equal([20, 10, 1000], client.Received.Select(bytes => bytes.Length));
        Assert.Equal(2, stage.Dropped(DropReason.ReplyRatio));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_507)]
    public async Task Datagram_AnySize_PassesIntactBothWays(int size)
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        stage.Backends[0].Echo();
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        MemoryDatagramClient client = stage.Client();

        client.Send(bytes);

        Assert.Equal(bytes, Assert.Single(client.Received).ToArray());
        Assert.Equal(bytes, Assert.Single(stage.Backends[0].Received).Bytes.ToArray());
    }

    [Fact]
    public async Task Status_LiveFlow_ShowsItsTrafficAsUdp()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        MemoryDatagramClient client = stage.Ask("12345", "198.51.100.7:4000");
        client.Send("");
        stage.Time.Advance(TimeSpan.FromSeconds(7));

        ConnectionStatus flow = Assert.Single(stage.Balancer.GetConnections());

        Assert.Equal((ListenerProtocol.Udp, ConnectionPhase.Relaying, "b0"), (flow.Protocol, flow.Phase, flow.Backend));
        Assert.Equal((5, 7, TimeSpan.FromSeconds(7)), (flow.BytesToBackend, flow.BytesToClient, flow.IdleTime));
        Assert.Equal(new DatagramStatus(2, 5, 2, 7, 0), stage.Status.Listeners[0].Datagrams);
    }
}
