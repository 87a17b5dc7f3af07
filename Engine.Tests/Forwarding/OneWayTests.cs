// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary><c>responses: 0</c>: nobody answers, so nothing is kept.</summary>
public sealed class OneWayTests
{
    [Fact]
    public async Task Datagrams_OfOneClient_AreSpreadAndNoneIsKept()
    {
        await using DatagramStage stage = await StartAsync(backends: 2);
        MemoryDatagramClient client = stage.Client();

        for (int i = 0; i < 100; i++)
        {
            client.Send($"{i}");
            Assert.Equal(0, stage.Status.ActiveConnections);
        }

        Assert.Equal([50, 50], stage.Backends.Select(backend => backend.Received.Count));
        Assert.Equal((100, 100), (stage.Status.Listeners[0].AcceptedConnections, stage.Closed(CloseReason.Completed)));
        Assert.Empty(stage.Status.Dropped);
    }

    [Fact]
    public async Task Backend_AnswersAllTheSame_TheAnswerIsLost()
    {
        await using DatagramStage stage = await StartAsync(answers: true);

        MemoryDatagramClient client = stage.Ask("q");

        Assert.Single(stage.Backends[0].Received);
        Assert.Empty(client.Received);
    }

    [Fact]
    public async Task Backend_Refuses_CountsAndIsLeftOut()
    {
        await using DatagramStage stage = await StartAsync(backends: 2);
        stage.Backends[0].Refuse();

        for (int i = 0; i < 10; i++)
        {
            stage.Ask($"{i}");
        }

        Assert.Equal((1L, 1L), (stage.Status.Pools[0].Backends[0].ConnectFailures, stage.Dropped(DropReason.Refused)));
        Assert.True(stage.Status.Pools[0].Backends[0].IsEjected);
        Assert.Equal(9, stage.Backends[1].Received.Count);
    }

    [Fact]
    public async Task Affinity_ClientIsKnown_StaysWithItsBackend()
    {
        await using DatagramStage stage = await StartAsync(backends: 3, pool: pool => pool.Affinity = new AffinityOptions());
        MemoryDatagramClient client = stage.Client();

        for (int i = 0; i < 9; i++)
        {
            client.Send($"{i}");
        }

        Assert.Equal([0, 0, 9], stage.Backends.Select(backend => backend.Received.Count).Order());
    }

    [Fact]
    public async Task TableFull_OfAnsweredFlows_DatagramIsRejected()
    {
        await using DatagramStage stage = await StartAsync(
            maxConnections: 1,
            builder: builder => builder.AddListener("other", "192.0.2.1:54", "site", other => other.Protocol = ListenerProtocol.Udp));
        stage.Backends[0].Echo();
        stage.Client(to: "192.0.2.1:54").Send("q");

        stage.Ask("one way");

        Assert.Equal(1, stage.Rejected(RejectReason.ProcessLimit));
    }

    [Fact]
    public async Task Reload_ToOneWayAndBack_GoesByItFromTheNextDatagramOn()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        MemoryDatagramClient client = stage.Ask("1");
        LoadBalancerOptions options = stage.Balancer.GetConfiguration();

        options.Listeners["dns"].Responses = 0;
        await stage.Balancer.ApplyAsync(options);
        client.Send("2");
        options.Listeners["dns"].Responses = null;
        await stage.Balancer.ApplyAsync(options);
        client.Send("3");

        Assert.Equal(["01", "03"], client.ReceivedTexts);
        Assert.Equal(3, stage.Backends[0].Received.Count);
    }

    private static async Task<DatagramStage> StartAsync(
        int backends = 1,
        bool answers = false,
        int maxConnections = 1024,
        Action<BackendPoolOptions>? pool = null,
        Action<LoadBalancerBuilder>? builder = null)
    {
        DatagramStage stage = await DatagramStage.StartAsync(
            backends, listener: dns => dns.Responses = 0, pool: pool, builder: builder, maxConnections: maxConnections);
        foreach (MemoryDatagramBackend backend in stage.Backends)
        {
            _ = answers ? backend.Echo() : backend.Silent();
        }

        return stage;
    }
}
