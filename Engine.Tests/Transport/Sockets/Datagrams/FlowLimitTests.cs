// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

public sealed class FlowLimitTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Full_OneFlowIsAnswered_OldestUnansweredOneGoesAndTheAnsweredOneStays(bool isListenerLimit)
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(
            listener: listener => listener.MaxConnections = isListenerLimit ? 3 : 0,
            options: options => options.MaxConnections = isListenerLimit ? 0 : 3);
        DatagramEnd answered = stage.AddClient();
        answered.Send("answered");
        Received first = await stage.Backends[0].ReceiveAsync();
        stage.Backends[0].SendTo(first.Source, "reply");
        await answered.ReceiveAsync();
        var sources = new List<Received>();
        for (int i = 0; i < 4; i++)
        {
            stage.AddClient().Send($"flood {i}");
            sources.Add(await stage.Backends[0].ReceiveAsync());
        }

        answered.Send("again");
        Received again = await stage.Backends[0].ReceiveAsync();

        Assert.Equal(first.Source, again.Source);
        Assert.Equal(CloseReason.Evicted, await stage.Ended.NextAsync());
        Assert.Equal(CloseReason.Evicted, await stage.Ended.NextAsync());
        Assert.False(stage.Ended.TryTakeAnother(out _));
        Assert.Equal(3, stage.Status.ActiveConnections);
    }

    [Fact]
    public async Task Full_OfAnsweredFlows_NextClientIsRejectedAndCounted()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: listener => listener.MaxConnections = 2);
        _ = stage.Backends[0].EchoAsync();
        DatagramEnd first = stage.AddClient();
        await first.AskAsync("1");
        await stage.AddClient().AskAsync("2");

        stage.AddClient().Send("3");
        await Harness.Waiting.UntilAsync(() => stage.Status.Dropped.ContainsKey(DropReason.Rejected), "the third client is rejected");
        Received reply = await first.AskAsync("still served");

        Assert.Equal("still served", reply.Text);
        Assert.Equal(1, stage.Status.Rejected[RejectReason.ListenerLimit]);
        Assert.Equal(2, stage.Status.ActiveConnections);
    }

    [Fact]
    public async Task Full_RequestsUsedUp_NextDatagramMakesRoomByEndingItsOwnUnansweredFlow()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(
            listener: listener => listener.Requests = 2,
            options: options => options.MaxConnections = 1);
        DatagramEnd client = stage.AddClient();

        var sources = new List<Received>();
        for (int i = 0; i < 3; i++)
        {
            client.Send($"{i}");
            sources.Add(await stage.Backends[0].ReceiveAsync());
        }

        Assert.Equal(sources[0].Source, sources[1].Source);
        Assert.NotEqual(sources[1].Source, sources[2].Source);
        Assert.Equal(CloseReason.Evicted, await stage.Ended.NextAsync());
    }

    [Fact]
    public async Task Flood_OfManyClients_ReusesPlacesAndLeavesTheAnsweredFlowAlone()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(options: options => options.MaxConnections = 16);
        DatagramEnd answered = stage.AddClient();
        answered.Send("answered");
        Received first = await stage.Backends[0].ReceiveAsync();
        stage.Backends[0].SendTo(first.Source, "reply");
        await answered.ReceiveAsync();

        for (int i = 0; i < 500; i++)
        {
            // All stay open: a port that is reused would be the same client again.
            stage.AddClient().Send("flood");
            Assert.Equal("flood", (await stage.Backends[0].ReceiveAsync()).Text);
        }

        answered.Send("again");
        Received again = await stage.Backends[0].ReceiveAsync();

        Assert.Equal(first.Source, again.Source);
        Assert.Equal(485, stage.Status.Closed[CloseReason.Evicted]);
        Assert.Equal(16, stage.Status.ActiveConnections);
    }
}
