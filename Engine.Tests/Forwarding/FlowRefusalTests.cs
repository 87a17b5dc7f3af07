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
        Assert.Equal(1, stage.Closed(CloseReason.BackendRefused));
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
        Assert.Equal(3, stage.Closed(CloseReason.BackendRefused));
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

        client.Send(new byte[1501]);

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
        Assert.Equal(1, stage.Closed(CloseReason.BackendRefused));
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

    private static void AskMany(DatagramStage stage, int count)
    {
        for (int i = 0; i < count; i++)
        {
            stage.Ask("q");
        }
    }
}
