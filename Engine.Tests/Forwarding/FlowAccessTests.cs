// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>Who may come in, and how many in a time, over UDP.</summary>
public class FlowAccessTests
{
    [Fact]
    public async Task Send_DeniedClient_IsDroppedAndCounted()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: dns => dns.Deny.Add("198.51.100.0/24"));

        Assert.Empty(stage.Ask("q", "198.51.100.7").Received);
        Assert.Single(stage.Ask("q", "198.51.101.7").Received);
        Assert.Equal(1, stage.Rejected(RejectReason.Denied));
        Assert.Equal(1, stage.Balancer.GetStatus().ActiveConnections);
    }

    [Fact]
    public async Task Send_NewFlowsOverTheRate_AreDroppedWhileAFlowThatLivesGoesOn()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(
            listener: dns => dns.Rate = new RateOptions { PerClient = "10/s", Burst = 2, Over = OverRateBehaviour.Drop });

        MemoryDatagramClient[] clients = [.. Enumerable.Range(0, 4).Select(_ => stage.Ask("q", "198.51.100.7"))];
        clients[0].Send("again");
        stage.Time.Advance(TimeSpan.FromMilliseconds(100));
        MemoryDatagramClient later = stage.Ask("q", "198.51.100.7");

        Assert.Equal([2, 1, 0, 0], clients.Select(client => client.Received.Count));
        Assert.Single(later.Received);
        Assert.Equal(2, stage.Rejected(RejectReason.RateLimit));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(null, 0)]
    public async Task Send_EachDatagramIsPlacedByItself_EachCounts(int? requests, int? responses)
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: dns =>
        {
            dns.Requests = requests;
            dns.Responses = responses;
            dns.Rate = new RateOptions { PerClient = "1/h", Burst = 3 };
        });
        MemoryDatagramClient client = stage.Ask("1", "198.51.100.7");

        foreach (string datagram in new[] { "2", "3", "4", "5" })
        {
            client.Send(datagram);
        }

        Assert.Equal(2, stage.Rejected(RejectReason.RateLimit));
    }

    [Fact]
    public async Task Send_WhileTheListenerIsFull_IsCountedOnceThoughRoomIsMade()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: dns =>
        {
            dns.MaxConnections = 1;
            dns.Rate = new RateOptions { PerClient = "1/h", Burst = 2 };
        });
        stage.Backends[0].Silent();
        stage.Ask("q", "198.51.100.7");

        stage.Ask("q", "198.51.100.7");

        Assert.Equal(0, stage.Rejected(RejectReason.RateLimit));
        Assert.Equal(1, stage.Balancer.GetStatus().ActiveConnections);
    }
}
