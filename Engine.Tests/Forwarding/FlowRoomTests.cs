// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>TCP and UDP share one table: flows that were never answered make room for whoever comes, and no listener takes the last place of another.</summary>
public sealed class FlowRoomTests
{
    private const string Web = "192.0.2.1:80";
    private const int FlowsEvictedEvent = 311;

    [Theory]
    [InlineData(FullBehaviour.Hold)]
    [InlineData(FullBehaviour.Refuse)]
    public async Task TableFullOfUnansweredFlows_TcpClientsCome_TheOldestMakeRoom(FullBehaviour whenFull)
    {
        await using DatagramStage stage = await StartAsync(maxConnections: 4, whenFull);
        stage.Backends[0].Silent();
        for (int i = 0; i < 4; i++)
        {
            stage.Ask($"{i}");
        }

        List<MemoryClient> clients = [];
        for (int i = 0; i < 6; i++)
        {
            clients.Add(stage.Network.Connect("198.51.100.7", Web));
        }

        // One that is reset when there is no place leaves the room that was made for it to the next.
        int served = clients.Count(client => !client.IsPending && client.Closed == MemoryClose.None);
        Assert.Equal(whenFull == FullBehaviour.Hold ? 4 : 3, served);
        Assert.Equal(served, stage.Closed(CloseReason.Evicted));
        Assert.Single(stage.Log.Lines, line => line.Id == FlowsEvictedEvent);
    }

    [Fact]
    public async Task TableFullOfAnsweredFlows_TcpClientComes_WaitsAndNoFlowEnds()
    {
        await using DatagramStage stage = await StartAsync(maxConnections: 4);
        MemoryDatagramClient[] live = [.. Enumerable.Range(0, 4).Select(i => stage.Ask($"{i}"))];

        MemoryClient waiting = stage.Network.Connect("198.51.100.7", Web);
        Array.ForEach(live, client => client.Send("again"));

        Assert.True(waiting.IsPending);
        Assert.Empty(stage.Status.Closed);
        Assert.All(live, client => Assert.Equal(2, client.Received.Count));
    }

    [Fact]
    public async Task Flood_NeverAnswered_TcpClientsAreServedAllTheTime()
    {
        await using DatagramStage stage = await StartAsync(maxConnections: 64);
        stage.Backends[0].Silent();
        for (int i = 0; i < 2000; i++)
        {
            stage.Ask("flood", $"203.0.113.{i % 250}:{1024 + i}");
            if (i % 10 == 9)
            {
                MemoryClient client = stage.Network.Connect("198.51.100.7", Web);
                client.Send("ping");
                Assert.Equal("ping", client.ReceivedText);
                client.Finish();
            }
        }

        Assert.Equal(200, stage.Status.Listeners.Single(listener => listener.Name == "web").AcceptedConnections);
        Assert.Empty(stage.Status.Rejected);
        Assert.Single(stage.Log.Lines, line => line.Id == FlowsEvictedEvent);
    }

    [Fact]
    public async Task FlowsEvicted_AMinuteWithout_IsSaidAgain()
    {
        await using DatagramStage stage = await StartAsync(maxConnections: 1);
        stage.Backends[0].Silent();
        stage.Ask("a");
        stage.Ask("b");
        stage.Time.Advance(TimeSpan.FromSeconds(59));
        stage.Ask("c");
        stage.Ask("d");
        int within = stage.Log.Lines.Count(line => line.Id == FlowsEvictedEvent);
        stage.Time.Advance(TimeSpan.FromSeconds(60));
        stage.Ask("e");
        stage.Ask("f");

        Assert.Equal((1, 2), (within, stage.Log.Lines.Count(line => line.Id == FlowsEvictedEvent)));
    }

    [Fact]
    public async Task OneListenerTakesAllItCan_AllAnswered_TheOthersHaveTheirShare()
    {
        // Of 320 places a sixteenth, 20, is set aside: ten for each of two listeners.
        await using DatagramStage stage = await StartAsync(maxConnections: 320);
        for (int i = 0; i < 400; i++)
        {
            stage.Ask("q", $"203.0.113.{i % 250}:{1024 + i}");
        }

        int flows = stage.Status.ActiveConnections;
        MemoryClient[] clients = [.. Enumerable.Range(0, 30).Select(_ => stage.Network.Connect("198.51.100.7", Web))];

        Assert.Equal(300, flows);
        Assert.Equal(10, clients.Count(client => !client.IsPending));
        Assert.Equal(100, stage.Rejected(RejectReason.ProcessLimit));
    }

    [Fact]
    public async Task OneListenerTakesAllItCan_OverTcp_FlowsHaveTheirShare()
    {
        await using DatagramStage stage = await StartAsync(maxConnections: 320);
        MemoryClient[] clients = [.. Enumerable.Range(0, 400).Select(_ => stage.Network.Connect("198.51.100.7", Web))];

        MemoryDatagramClient[] asking = [.. Enumerable.Range(0, 30).Select(i => stage.Ask("q", $"203.0.113.{i}:5000"))];

        Assert.Equal(300, clients.Count(client => !client.IsPending));
        Assert.Equal(10, asking.Count(client => client.Received.Count == 1));
    }

    private static async Task<DatagramStage> StartAsync(int maxConnections, FullBehaviour whenFull = FullBehaviour.Hold)
    {
        DatagramStage stage = await DatagramStage.StartAsync(
            maxConnections: maxConnections,
            builder: builder => builder.AddListener("web", Web, "site", web => web.WhenFull = whenFull));
        stage.Network.AddBackend(stage.Backends[0].EndPoint).Echo();
        return stage;
    }
}
