// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>A backend's host answers that nothing listens there.</summary>
public sealed class FlowRefusalTests
{
    [Fact]
    public async Task FirstDatagram_IsRefused_GoesToAnotherBackendAndIsAnswered()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        stage.Backends[0].Refuse();

        MemoryDatagramClient[] clients = [.. Enumerable.Range(0, 10).Select(i => stage.Ask($"{i}"))];

        Assert.All(clients, (client, i) => Assert.Equal([$"1{i}"], client.ReceivedTexts));
        Assert.Empty(stage.Status.Dropped);
        Assert.Empty(stage.Status.Closed);
        Assert.Equal((10, 10), (stage.Status.Listeners[0].AcceptedConnections, stage.Status.Listeners[0].Datagrams!.ToBackends));
    }

    [Fact]
    public async Task RefusingBackend_TenQueries_MeetsOnlyTheFirstOfThem()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        stage.Backends[0].Refuse();

        for (int i = 0; i < 10; i++)
        {
            stage.Ask("q");
        }

        BackendStatus refusing = stage.Status.Pools[0].Backends[0];
        Assert.Equal((true, 1, 1), (refusing.IsEjected, refusing.TotalConnections, refusing.ConnectFailures));
        Assert.Contains(stage.Log.Lines, line => line.Text == "Backend b0 of pool site failed live traffic (1 in a row) and is left out for 5 s.");
    }

    [Fact]
    public async Task RefusingBackend_ListensAgain_TakesTrafficAfterFiveSeconds()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2, listener: dns => dns.Responses = 1);
        stage.Backends[0].Refuse();
        AskMany(stage, 2);
        stage.Backends[0].Echo();

        stage.Time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
        AskMany(stage, 4);
        int tooEarly = stage.Backends[0].Received.Count;
        stage.Time.Advance(TimeSpan.FromMilliseconds(1));
        AskMany(stage, 4);

        Assert.Equal(0, tooEarly);
        Assert.Equal(2, stage.Backends[0].Received.Count);
    }

    [Fact]
    public async Task EveryBackendRefuses_TriesAsManyAsAllowedAndCountsOneDrop()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 5, pool: site => site.ConnectAttempts = 3);
        foreach (MemoryDatagramBackend backend in stage.Backends)
        {
            backend.Refuse();
        }

        MemoryDatagramClient client = stage.Ask("q");

        Assert.Equal(3, stage.Status.Pools[0].Backends.Count(backend => backend.ConnectFailures == 1));
        Assert.Equal(1, stage.Closed(CloseReason.BackendRefused));
        Assert.Equal(1, stage.Dropped(DropReason.Refused));
        Assert.Equal(0, client.Refusals);
        Assert.Equal(0, stage.Status.ActiveConnections);
    }

    [Fact]
    public async Task EveryBackendRefuses_FewerThanAttempts_IsLostAsRefused()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        stage.Backends[0].Refuse();
        stage.Backends[1].Refuse();

        stage.Ask("q");

        Assert.Equal(0, stage.Rejected(RejectReason.NoBackend));
        Assert.Equal(0, stage.Dropped(DropReason.Rejected));
        Assert.Equal(1, stage.Dropped(DropReason.Refused));
    }

    [Fact]
    public async Task OnlyBackendRefuses_IsAskedEveryTimeAndServesAsSoonAsItListens()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 1);
        stage.Backends[0].Refuse();
        AskMany(stage, 5);
        stage.Backends[0].Echo();

        MemoryDatagramClient client = stage.Ask("q");

        Assert.Equal(["q"], client.ReceivedTexts);
        Assert.Equal(5, stage.Status.Pools[0].Backends[0].ConnectFailures);
        Assert.False(stage.Status.Pools[0].Backends[0].IsEjected);
    }

    [Fact]
    public async Task AnsweredFlow_IsRefused_EndsAndTheNextDatagramPicksAnother()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        MemoryDatagramClient client = stage.Ask("a");
        int first = DatagramStage.BackendOf(client);
        stage.Backends[first].Refuse();

        client.Send("lost");
        int received = client.Received.Count;
        client.Send("b");

        Assert.Equal(1, received);
        Assert.Equal($"{1 - first}b", client.ReceivedTexts[^1]);
        Assert.Equal(1, stage.Dropped(DropReason.Refused));
        Assert.Equal(1, stage.Closed(CloseReason.BackendRefused));
    }

    [Fact]
    public async Task FirstDatagram_TooLargeToBeKept_IsDroppedAndCounted()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        stage.Backends[0].Refuse();
        stage.Backends[1].Refuse();
        MemoryDatagramClient client = stage.Client();

        client.Send(new byte[FlowStory.MaxKeptBytes + 1]);

        Assert.Equal(1, stage.Dropped(DropReason.Refused));
        Assert.Equal(1, stage.Closed(CloseReason.BackendRefused));
        Assert.Empty(stage.Status.Rejected);
    }

    [Fact]
    public async Task PinnedBackend_Refuses_ClientIsPinnedToTheNext()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(
            backends: 2,
            listener: dns => dns.Responses = 1,
            pool: site => site.Affinity = new AffinityOptions());
        MemoryDatagramClient before = stage.Ask("q");
        int pinned = DatagramStage.BackendOf(before);
        stage.Backends[pinned].Refuse();

        int[] after = [.. Enumerable.Range(0, 4).Select(_ => DatagramStage.BackendOf(stage.Ask("q")))];

        Assert.All(after, backend => Assert.Equal(1 - pinned, backend));
        Assert.Equal(1, stage.Status.Pools[0].Backends[pinned].ConnectFailures);
    }

    [Fact]
    public async Task RequestsOne_IsRefused_GoesElsewhereToo()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2, listener: dns =>
        {
            dns.Requests = 1;
            dns.Responses = 1;
        });
        stage.Backends[0].Refuse();
        MemoryDatagramClient client = stage.Client();

        client.Send("a");
        client.Send("b");

        Assert.Equal(["1a", "1b"], client.ReceivedTexts);
        Assert.Equal(0, stage.Status.ActiveConnections);
    }

    [Fact]
    public async Task RequestsTwo_IsRefusedAfterTheSecond_FirstGoesElsewhereAndTheFlowCompletes()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2, listener: dns =>
        {
            dns.Requests = 2;
            dns.Responses = 1;
        });
        MemoryDatagramClient client = stage.Client();
        int first = BeginUnanswered(stage, client);
        stage.Backends[first].Refuse();

        client.Send("b");

        Assert.Equal([$"{1 - first}a"], client.ReceivedTexts);
        Assert.Equal(1, stage.Closed(CloseReason.Completed));
        Assert.Equal(0, stage.Status.ActiveConnections);
    }

    [Fact]
    public async Task TableFull_IsRefused_MovesWithinItsOwnPlace()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2, maxConnections: 2);
        MemoryDatagramClient client = stage.Client();
        int first = BeginUnanswered(stage, client);
        stage.Backends[1 - first].OnReceived(datagram => datagram.Reply("served"));
        stage.Backends[first].Refuse();
        MemoryDatagramClient other = stage.Ask("fills the table");

        client.Send("b");

        Assert.Equal(["served"], other.ReceivedTexts);
        Assert.Empty(stage.Status.Closed);
        Assert.Empty(stage.Status.Rejected);
        Assert.Equal(2, stage.Status.ActiveConnections);
    }

    [Fact]
    public async Task Draining_LiveFlowIsRefused_GoesElsewhereToo()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2, listener: dns => dns.Responses = 1);
        MemoryDatagramClient client = stage.Client();
        int first = BeginUnanswered(stage, client);
        Task drain = stage.Balancer.DrainAsync();
        stage.Backends[first].Refuse();

        client.Send("b");

        Assert.Equal([$"{1 - first}a"], client.ReceivedTexts);
        await drain.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal([CloseReason.Completed], stage.Status.Closed.Keys);
    }

    [Theory]
    [InlineData(5000, true)]
    [InlineData(5001, false)]
    public async Task FirstDatagram_IsRefusedLater_GoesElsewhereForFiveSecondsOnly(int milliseconds, bool expected)
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        MemoryDatagramClient client = stage.Client();
        int first = BeginUnanswered(stage, client);
        stage.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        stage.Backends[first].Refuse();

        client.Send("b");

        Assert.Equal(expected ? ["a"] : [], stage.Backends[1 - first].ReceivedTexts);
        Assert.Equal(expected ? 0 : 1, stage.Closed(CloseReason.BackendRefused));
        Assert.Equal(expected ? 0 : 1, stage.Dropped(DropReason.Refused));
    }

    [Fact]
    public async Task MovedFlow_OldBackendAnswersAfterAll_IsNotHeard()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        MemoryDatagramClient client = stage.Client();
        int first = BeginUnanswered(stage, client);
        MemoryDatagram late = stage.Backends[first].Received[0];
        stage.Backends[first].Refuse();
        client.Send("b");

        late.Reply("from a socket that is closed");

        Assert.Equal([$"{1 - first}a"], client.ReceivedTexts);
    }

    /// <summary>Begins a flow that is not answered; returns the index of its backend, which stays silent while the other one answers.</summary>
    private static int BeginUnanswered(DatagramStage stage, MemoryDatagramClient client)
    {
        stage.Backends[0].Silent();
        stage.Backends[1].Silent();
        client.Send("a");
        int silent = stage.Backends[0].Received.Count > 0 ? 0 : 1;
        stage.Backends[1 - silent].OnReceived(datagram => datagram.Reply($"{1 - silent}{datagram.Text}"));
        return silent;
    }

    private static void AskMany(DatagramStage stage, int count)
    {
        for (int i = 0; i < count; i++)
        {
            stage.Ask("q");
        }
    }
}
