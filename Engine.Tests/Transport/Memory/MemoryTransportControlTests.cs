// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Transport;

namespace LbEngine.Tests.Transport.Memory;

/// <summary>Listeners that come and go while the engine runs, and connections and flows that are closed by scope.</summary>
public sealed class MemoryTransportControlTests
{
    [Fact]
    public async Task AddListenersAsync_OneOfThemIsTaken_BindsNoneAndLeavesTheOldOnesAlone()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        Listener free = Listener(stage, 1, "192.0.2.2:53");
        Listener taken = Listener(stage, 2, DatagramStage.Listener);

        await Assert.ThrowsAsync<ListenerBindException>(async () => await TransportOf(stage).AddListenersAsync([free, taken]));

        MemoryDatagramClient client = stage.Client(to: "192.0.2.2:53");
        client.Send("q");
        Assert.Equal(1, client.Refusals);
        Assert.Equal(["0q"], stage.Ask("q").ReceivedTexts);
    }

    [Fact]
    public async Task RemoveListenersAsync_FlowLives_ItsSocketStaysUntilTheFlowEnds()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        MemoryDatagramClient client = stage.Ask("a");
        Listener listener = ListenersOf(stage)[0];

        listener.IsRemoved = true;
        await TransportOf(stage).RemoveListenersAsync([listener]);
        client.Send("b");
        MemoryDatagramClient late = stage.Ask("late");
        stage.Time.Advance(TimeSpan.FromSeconds(60));
        client.Send("c");

        Assert.Equal(["0a", "0b"], client.ReceivedTexts);
        Assert.Equal((0, 0), (late.Received.Count, late.Refusals));
        Assert.Equal(1, client.Refusals);
    }

    [Fact]
    public async Task RemoveListenersAsync_NoFlowLives_UnbindsAtOnceAndTheAddressIsFree()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();

        await TransportOf(stage).RemoveListenersAsync([ListenersOf(stage)[0]]);
        MemoryDatagramClient client = stage.Ask("q");
        stage.Network.AddDatagramBackend(DatagramStage.Listener);
        client.Send("q");

        Assert.Equal(1, client.Refusals);
        Assert.Equal(["q"], client.ReceivedTexts);
    }

    [Fact]
    public async Task RemoveListenersAsync_Tcp_TakesNewClientsNoMoreAndKeepsLiveOnes()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient live = stage.Connect();

        await MemoryStage.PartsOf(stage.Balancer).Traffic.Transport.RemoveListenersAsync(MemoryStage.PartsOf(stage.Balancer).Model.Listeners);
        live.Send("still here");

        Assert.Equal(MemoryClose.Refused, stage.Connect().Closed);
        Assert.Equal("still here", live.ReceivedText);
    }

    [Fact]
    public async Task CloseConnectionsAsync_OneBackend_ClosesItsFlowsAndNoOther()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        for (int i = 0; i < 6; i++)
        {
            stage.Ask("q");
        }

        Task closed = TransportOf(stage).CloseConnectionsAsync(CloseReason.Drained, TimeSpan.FromSeconds(3), new CloseScope(stage.Pool.Current.BySlot[1])).AsTask();
        int atOnce = stage.Status.Pools[0].Backends[1].ActiveConnections;
        bool completedEarly = closed.IsCompleted;
        stage.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(2, atOnce);
        Assert.False(completedEarly);
        Assert.True(closed.IsCompletedSuccessfully);
        Assert.Equal([3, 0], stage.Status.Pools[0].Backends.Select(backend => backend.ActiveConnections));
    }

    [Fact]
    public async Task CloseConnectionsAsync_NothingIsCovered_CompletesAtOnce()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        stage.Ask("q");
        Listener other = Listener(stage, 9, "192.0.2.9:53");

        Task closed = TransportOf(stage).CloseConnectionsAsync(CloseReason.Drained, TimeSpan.FromSeconds(3), new CloseScope(Listener: other)).AsTask();

        Assert.True(closed.IsCompletedSuccessfully);
        Assert.Equal(1, stage.Status.ActiveConnections);
    }

    [Fact]
    public async Task CloseConnectionAsync_OneHandle_ClosesThatFlowOnce()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        stage.Ask("a");
        stage.Ask("b");
        int cursor = 0;
        Assert.True(MemoryStage.PartsOf(stage.Balancer).Traffic.Table.TryReadNext(ref cursor, out ConnectionSnapshot row));

        bool first = await TransportOf(stage).CloseConnectionAsync(row.Handle, CloseReason.Drained);
        bool second = await TransportOf(stage).CloseConnectionAsync(row.Handle, CloseReason.Drained);

        Assert.Equal((true, false), (first, second));
        Assert.Equal(1, stage.Status.ActiveConnections);
        Assert.Equal(1, stage.Closed(CloseReason.Drained));
    }

    private static ITransport TransportOf(DatagramStage stage) => MemoryStage.PartsOf(stage.Balancer).Traffic.Transport;

    private static IReadOnlyList<Listener> ListenersOf(DatagramStage stage) => MemoryStage.PartsOf(stage.Balancer).Model.Listeners;

    private static Listener Listener(DatagramStage stage, ushort id, string bind) =>
        new() { Id = id, Name = $"listener{id}", Bind = IPEndPoint.Parse(bind), Pool = stage.Pool, IsDatagram = true };
}
