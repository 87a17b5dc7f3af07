// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>Which backend takes a flow, and when a live one moves.</summary>
public sealed class FlowPlacementTests
{
    [Fact]
    public async Task Flow_ManyDatagrams_KeepTheirBackend()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 4);
        MemoryDatagramClient[] clients = [.. Enumerable.Range(0, 8).Select(_ => stage.Client())];

        for (int i = 0; i < 5; i++)
        {
            Array.ForEach(clients, client => client.Send("q"));
        }

        Assert.All(clients, client => Assert.Equal((5, 1), (client.Received.Count, client.ReceivedTexts.Distinct().Count())));
        Assert.All(stage.Backends, backend => Assert.Equal(10, backend.Received.Count));
    }

    [Fact]
    public async Task LeastConnections_LiveFlowsCount_AndEndedOnesDoNot()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2, listener: dns => dns.Responses = 2);
        MemoryDatagramClient[] clients = [.. Enumerable.Range(0, 6).Select(_ => stage.Ask("q"))];
        MemoryDatagramClient[] onFirst = [.. clients.Where(client => DatagramStage.BackendOf(client) == 0)];
        foreach (MemoryDatagram datagram in stage.Backends[0].Received)
        {
            datagram.Reply("0second");
        }

        int[] held = [.. stage.Status.Pools[0].Backends.Select(backend => backend.ActiveConnections)];
        int[] next = [.. Enumerable.Range(0, 3).Select(_ => DatagramStage.BackendOf(stage.Ask("q")))];

        Assert.Equal(3, onFirst.Length);
        Assert.Equal([0, 3], held);
        Assert.Equal([0, 0, 0], next);
    }

    [Theory]
    [InlineData("down")]
    [InlineData("ejected")]
    [InlineData("maintenance")]
    [InlineData("removed")]
    public async Task BackendLeaves_LiveFlow_NextDatagramPicksAnother(string how)
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        MemoryDatagramClient client = stage.Ask("q");
        int left = DatagramStage.BackendOf(client);

        stage.Change(left, backend =>
        {
            switch (how)
            {
                case "down":
                    backend.HealthState = HealthState.Down;
                    break;
                case "ejected":
                    backend.IsEjected = true;
                    break;
                case "maintenance":
                    backend.OperatorState = OperatorState.Maintenance;
                    break;
                default:
                    stage.Pool.Remove(backend);
                    break;
            }
        });
        client.Send("again");

        Assert.Equal(1 - left, DatagramStage.BackendOf(client));
        Assert.Equal(2, client.Received.Count);
        Assert.Equal(1, stage.Closed(CloseReason.BackendLeft));
        Assert.Equal(1, stage.Status.ActiveConnections);
    }

    [Fact]
    public async Task BackendDrains_LiveFlowStays_NewOnesGoElsewhere()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        MemoryDatagramClient client = stage.Ask("q");
        int draining = DatagramStage.BackendOf(client);

        stage.Change(draining, backend => backend.OperatorState = OperatorState.Draining);
        client.Send("again");
        int[] others = [.. Enumerable.Range(0, 4).Select(_ => DatagramStage.BackendOf(stage.Ask("q")))];

        Assert.Equal(draining, DatagramStage.BackendOf(client));
        Assert.All(others, other => Assert.Equal(1 - draining, other));
    }

    [Fact]
    public async Task OnlyBackendGoesDown_FlowGoesOn_BecauseThePoolFailsOpen()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 1);
        MemoryDatagramClient client = stage.Ask("a");

        stage.Change(0, backend => backend.HealthState = HealthState.Down);
        client.Send("b");

        Assert.Equal(["0a", "0b"], client.ReceivedTexts);
        Assert.True(stage.Status.Pools[0].IsFailingOpen);
        Assert.Empty(stage.Status.Closed);
    }

    [Fact]
    public async Task Affinity_FlowsOfOneAddress_MeetOneBackendUntilTheTimeoutAfterTheLast()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(
            backends: 4,
            listener: dns => dns.Responses = 1,
            pool: site => site.Affinity = new AffinityOptions { Timeout = TimeSpan.FromMinutes(5) });

        int[] chosen = [.. Enumerable.Range(0, 8).Select(_ => DatagramStage.BackendOf(stage.Ask("q")))];
        int[] ofOthers = [.. Enumerable.Range(0, 8).Select(i => DatagramStage.BackendOf(stage.Ask("q", $"198.51.100.{100 + i}")))];
        stage.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Single(chosen.Distinct());
        Assert.Equal(4, ofOthers.Distinct().Count());
        Assert.Equal(0, stage.Status.Pools[0].AffinityEntries);
    }

    [Fact]
    public async Task Affinity_PoolOfTcpAndUdpListener_IsShared()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(
            backends: 4,
            pool: site => site.Affinity = new AffinityOptions(),
            builder: builder => builder.AddListener("dns-tcp", DatagramStage.Listener, "site"));
        MemoryBackend[] overTcp = [.. stage.Backends.Select((backend, index) => stage.Network.AddBackend(backend.EndPoint).Respond($"{index}"))];
        int chosen = DatagramStage.BackendOf(stage.Ask("q"));

        MemoryClient[] clients = [.. Enumerable.Range(0, 4).Select(_ => stage.Network.Connect("198.51.100.7", DatagramStage.Listener))];
        Array.ForEach(clients, client => client.Send("?"));

        Assert.All(clients, client => Assert.Equal($"{chosen}", client.ReceivedText));
        Assert.Equal(4, overTcp[chosen].Connections.Count);
    }

    [Fact]
    public async Task Wildcard_ClientUsesTwoAddresses_HasTwoFlowsAndEachReplyComesFromItsOwn()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2, listener: dns => dns.Bind = "0.0.0.0:53");
        MemoryDatagramClient first = stage.Client("198.51.100.7:4000", "192.0.2.1:53");
        MemoryDatagramClient second = stage.Client("198.51.100.7:4000", "192.0.2.2:53");

        first.Send("a");
        second.Send("b");
        first.Send("c");

        Assert.Equal(["a", "c"], first.ReceivedTexts.Select(text => text[1..]));
        Assert.Equal(["b"], second.ReceivedTexts.Select(text => text[1..]));
        Assert.Equal(2, stage.Status.ActiveConnections);
    }
}
