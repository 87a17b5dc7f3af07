// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>Full tables, full listeners, circles, and the drain.</summary>
public sealed class FlowLimitTests
{
    [Fact]
    public async Task TableFull_FloodOfForgedSources_LeavesAnsweredFlowsAlive()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(maxConnections: 16);
        MemoryDatagramClient[] genuine = [.. Enumerable.Range(0, 4).Select(i => stage.Ask($"{i}", $"198.51.100.{i + 1}:4000"))];
        stage.Backends[0].Silent();
        for (int i = 0; i < 5000; i++)
        {
            stage.Ask("flood", $"203.0.113.{i % 250}:{1024 + i}");
        }

        stage.Backends[0].OnReceived(datagram => datagram.Reply($"0{datagram.Text}"));
        Array.ForEach(genuine, client => client.Send("still here"));

        Assert.All(genuine, client => Assert.Equal("0still here", client.ReceivedTexts[^1]));
        Assert.Equal(5000 - 12, stage.Closed(CloseReason.Evicted));
        Assert.Equal(16, stage.Status.ActiveConnections);
        Assert.Empty(stage.Status.Rejected);
    }

    [Fact]
    public async Task TableFull_SeveralUnanswered_TheOldestGoesFirst()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(maxConnections: 3);
        stage.Backends[0].Silent();
        MemoryDatagramClient oldest = stage.Ask("oldest");
        MemoryDatagramClient second = stage.Ask("second");
        MemoryDatagramClient third = stage.Ask("third");
        oldest.Send("a datagram does not make it younger");

        stage.Ask("fourth");
        foreach (MemoryDatagram datagram in stage.Backends[0].Received)
        {
            datagram.Reply("answer");
        }

        Assert.Empty(oldest.Received);
        Assert.All([second, third], client => Assert.Single(client.Received));
        Assert.Equal(1, stage.Closed(CloseReason.Evicted));
    }

    [Fact]
    public async Task TableFull_AllAnswered_RefusesTheNewOne()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(maxConnections: 2);
        MemoryDatagramClient[] live = [stage.Ask("a"), stage.Ask("b")];

        MemoryDatagramClient refused = stage.Ask("c");
        Array.ForEach(live, client => client.Send("again"));

        Assert.Empty(refused.Received);
        Assert.Equal(1, stage.Rejected(RejectReason.ProcessLimit));
        Assert.Equal(1, stage.Dropped(DropReason.Rejected));
        Assert.All(live, client => Assert.Equal(2, client.Received.Count));
    }

    [Fact]
    public async Task ListenerFull_EvictsItsOwnFlowsOnly()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(
            listener: dns => dns.MaxConnections = 1,
            builder: builder => builder.AddListener("other", "192.0.2.1:54", "site", other => other.Protocol = ListenerProtocol.Udp));
        stage.Backends[0].Silent();
        MemoryDatagramClient elsewhere = stage.Client(to: "192.0.2.1:54");
        elsewhere.Send("older");
        MemoryDatagramClient evicted = stage.Ask("first");

        MemoryDatagramClient served = stage.Ask("second");
        foreach (MemoryDatagram datagram in stage.Backends[0].Received)
        {
            datagram.Reply("answer");
        }

        Assert.Empty(evicted.Received);
        Assert.All([elsewhere, served], client => Assert.Single(client.Received));
    }

    [Fact]
    public async Task ConnectionsAndFlows_ShareTheTable_AndAFlowThatEndsLetsAClientIn()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(
            maxConnections: 1,
            builder: builder => builder.AddListener("dns-tcp", DatagramStage.Listener, "site"));
        stage.Network.AddBackend(stage.Backends[0].EndPoint);
        stage.Ask("q");

        MemoryClient waiting = stage.Network.Connect("198.51.100.7", DatagramStage.Listener);
        bool waited = waiting.IsPending;
        stage.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.True(waited);
        Assert.False(waiting.IsPending);
    }

    [Fact]
    public async Task ClientLimit_OneMoreFlowOfAnAddress_IsRefused()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: dns => dns.MaxConnectionsPerClient = 2);
        MemoryDatagramClient[] clients = [.. Enumerable.Range(0, 3).Select(_ => stage.Ask("q", "198.51.100.7"))];

        Assert.Equal([1, 1, 0], clients.Select(client => client.Received.Count));
        Assert.Single(stage.Ask("q", "198.51.100.8").Received);
        Assert.Equal(1, stage.Rejected(RejectReason.ClientLimit));
    }

    [Fact]
    public async Task ClientLimit_AddressesOfOnePrefix_CountTogether()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: dns =>
        {
            dns.MaxConnectionsPerClient = 2;
            dns.ClientPrefixV4 = 24;
        });

        string[] clients = ["198.51.100.7", "198.51.100.8", "198.51.100.9", "198.51.101.7"];
        int[] answers = [.. clients.Select(from => stage.Ask("q", from).Received.Count)];

        Assert.Equal([1, 1, 0, 1], answers);
        Assert.Equal(1, stage.Rejected(RejectReason.ClientLimit));
    }

    [Fact]
    public async Task SourceIsAnOwnListener_IsDroppedBeforeItGoesRound()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(
            builder: builder => builder.AddListener("other", "192.0.2.1:54", "site", other => other.Protocol = ListenerProtocol.Udp));

        MemoryDatagramClient forged = stage.Ask("loop", from: "192.0.2.1:54");

        Assert.Empty(forged.Received);
        Assert.Empty(stage.Backends[0].Received);
        Assert.Equal(1, stage.Rejected(RejectReason.OwnListener));
    }

    [Fact]
    public async Task Drain_LiveFlowsGoOn_NewOnesAreRefusedAndItEndsWithTheLast()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        MemoryDatagramClient live = stage.Ask("a");

        Task drain = stage.Balancer.DrainAsync();
        live.Send("b");
        MemoryDatagramClient late = stage.Ask("late");
        bool drainedEarly = drain.IsCompleted;
        stage.Time.Advance(TimeSpan.FromSeconds(60));
        await drain.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["0a", "0b"], live.ReceivedTexts);
        Assert.Empty(late.Received);
        Assert.False(drainedEarly);
        Assert.Equal(1, stage.Rejected(RejectReason.Draining));
        Assert.Equal(1, stage.Closed(CloseReason.IdleTimeout));
    }

    [Fact]
    public async Task Drain_FlowsOutliveTheDeadline_AreClosedSpreadOut()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(
            builder: builder => builder.Configure(options => options.Drain = new DrainOptions { Timeout = TimeSpan.FromSeconds(30), Spread = TimeSpan.FromSeconds(10) }));
        MemoryDatagramClient[] clients = [.. Enumerable.Range(0, 10).Select(_ => stage.Ask("q"))];
        Task drain = stage.Balancer.DrainAsync();

        stage.Time.Advance(TimeSpan.FromSeconds(30));
        var live = new List<int> { stage.Status.ActiveConnections };
        for (int second = 0; second < 9; second += 3)
        {
            stage.Time.Advance(TimeSpan.FromSeconds(3));
            live.Add(stage.Status.ActiveConnections);
        }

        await drain.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal([9, 6, 3, 0], live);
        Assert.Equal(10, stage.Closed(CloseReason.Drained));
        Assert.Equal(10, clients.Length);
    }

    [Fact]
    public async Task RequestsTwoAndTableFull_OldFlowMakesRoomForTheNewOne()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(maxConnections: 1, listener: dns => dns.Requests = 2);
        MemoryDatagramClient client = stage.Client();

        foreach (string text in (string[])["a", "b", "c"])
        {
            client.Send(text);
        }

        Assert.Equal(["0a", "0b", "0c"], client.ReceivedTexts);
        Assert.Equal(1, stage.Status.ActiveConnections);
        Assert.Equal(1, stage.Closed(CloseReason.Evicted));
        Assert.Empty(stage.Status.Dropped);
    }

    [Fact]
    public async Task RequestsTwoAndTableFullOfAFlood_FloodMakesRoomAndTheOldFlowStillGetsItsReply()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(maxConnections: 3, listener: dns => dns.Requests = 2);
        MemoryDatagramClient client = stage.Ask("a");
        MemoryDatagram first = stage.Backends[0].Received[0];
        stage.Backends[0].Silent();
        stage.Ask("flood");
        stage.Ask("flood");
        client.Send("b");

        stage.Backends[0].Echo();
        client.Send("c");
        first.Reply("late");

        Assert.Equal(["0a", "c", "late"], client.ReceivedTexts);
        Assert.Equal(1, stage.Closed(CloseReason.Evicted));
        Assert.Equal(3, stage.Status.ActiveConnections);
        Assert.Empty(stage.Status.Dropped);
    }
}
