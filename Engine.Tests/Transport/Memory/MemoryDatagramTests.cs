// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Testing;
using LbEngine.Transport;

namespace LbEngine.Tests.Transport.Memory;

/// <summary>What the network promises to a test that uses datagrams.</summary>
public sealed class MemoryDatagramTests
{
    private readonly MemoryNetwork _network = new(new ManualTimeProvider());

    [Fact]
    public void Send_NobodyListens_ComesBackAsARefusal()
    {
        MemoryDatagramClient client = _network.AddDatagramClient("198.51.100.7", "192.0.2.1:53");

        client.Send("lost");

        Assert.Equal(1, client.Refusals);
        Assert.Empty(client.Received);
    }

    [Fact]
    public void Send_StraightToABackend_IsEchoedByDefault()
    {
        MemoryDatagramBackend backend = _network.AddDatagramBackend("10.0.0.1:53");
        MemoryDatagramClient client = _network.AddDatagramClient("198.51.100.7:5000", "10.0.0.1:53");

        client.Send("a");
        client.Send("");

        Assert.Equal(["a", ""], client.ReceivedTexts);
        Assert.Equal(["a", ""], backend.ReceivedTexts);
        Assert.Equal(IPEndPoint.Parse("198.51.100.7:5000"), backend.Received[0].From);
    }

    [Fact]
    public void Backend_ToldOtherwise_DoesTheLatest()
    {
        MemoryDatagramBackend backend = _network.AddDatagramBackend("10.0.0.1:53");
        MemoryDatagramClient client = _network.AddDatagramClient("198.51.100.7", "10.0.0.1:53");

        backend.Respond("r");
        client.Send("1");
        backend.Silent();
        client.Send("2");
        backend.Refuse();
        client.Send("3");
        backend.OnReceived(datagram =>
        {
            datagram.Reply("x");
            datagram.Reply("y");
        });
        client.Send("4");
        backend.Echo();
        client.Send("5");

        Assert.Equal(["r", "x", "y", "5"], client.ReceivedTexts);
        Assert.Equal(["1", "2", "4", "5"], backend.ReceivedTexts);
        Assert.Equal(1, client.Refusals);
    }

    [Fact]
    public void Send_MoreThanADatagramHolds_Throws()
    {
        MemoryDatagramClient client = _network.AddDatagramClient("198.51.100.7", "10.0.0.1:53");

        Assert.Throws<ArgumentOutOfRangeException>(() => client.Send(new byte[65_508]));
    }

    [Fact]
    public void OnReceived_HandlerThrows_ComesOutOfTheCallThatCausedIt()
    {
        _network.AddDatagramBackend("10.0.0.1:53").OnReceived(_ => throw new InvalidOperationException("scripted"));
        MemoryDatagramClient client = _network.AddDatagramClient("198.51.100.7", "10.0.0.1:53");

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => client.Send("q"));

        Assert.Equal("scripted", exception.Message);
    }

    [Fact]
    public async Task AddDatagramBackend_SomethingIsThere_Throws()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();

        ArgumentException exception = Assert.Throws<ArgumentException>(() => stage.Network.AddDatagramBackend("10.0.0.1:53"));

        Assert.Equal("endPoint", exception.ParamName);
        Assert.Throws<ArgumentException>(() => stage.Network.AddDatagramBackend(DatagramStage.Listener));
        Assert.Equal(IPEndPoint.Parse("10.0.0.1:53"), stage.Network.AddBackend("10.0.0.1:53").EndPoint);
    }

    [Fact]
    public async Task StartAsync_OneOfTwoListenersIsTaken_NamesItAndLeavesNoneBound()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        await using LoadBalancer second = new LoadBalancerBuilder()
            .UseMemoryNetwork(stage.Network)
            .AddListener("free", "192.0.2.2:54", "site", listener => listener.Protocol = ListenerProtocol.Udp)
            .AddListener("taken", "0.0.0.0:53", "site", listener => listener.Protocol = ListenerProtocol.Udp)
            .AddPool("site", pool => pool.AddBackend("a", "10.0.0.1:53"))
            .Build();

        ListenerBindException exception = await Assert.ThrowsAsync<ListenerBindException>(() => second.StartAsync());
        MemoryDatagramClient client = stage.Client(to: "192.0.2.2:54");
        client.Send("q");

        Assert.Equal("taken", exception.ListenerName);
        Assert.Equal(1, client.Refusals);
    }

    [Fact]
    public async Task StartAsync_PortZero_ListensOnAFreePortThatTheStatusTells()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: dns => dns.Bind = "192.0.2.1:0");
        IPEndPoint bound = stage.Status.Listeners[0].EndPoint;

        MemoryDatagramClient client = stage.Client(to: bound.ToString());
        client.Send("q");

        Assert.NotEqual(0, bound.Port);
        Assert.Equal(["0q"], client.ReceivedTexts);
    }

    [Fact]
    public async Task DisposeAsync_ClientSendsAfterwards_IsRefused()
    {
        DatagramStage stage = await DatagramStage.StartAsync();
        MemoryDatagramClient client = stage.Ask("q");
        await stage.DisposeAsync();

        client.Send("q");

        Assert.Equal(1, client.Refusals);
        Assert.Single(client.Received);
    }

    [Fact]
    public async Task ListenerOfOneBalancer_IsABackendOfAnother_CarriesQueriesAndReplies()
    {
        await using DatagramStage inner = await DatagramStage.StartAsync();
        await using LoadBalancer outer = await StartOuterAsync(inner.Network, "192.0.2.9:53", DatagramStage.Listener);

        MemoryDatagramClient client = inner.Client(to: "192.0.2.9:53");
        client.Send("q");

        Assert.Equal(["0q"], client.ReceivedTexts);
        Assert.Equal(1, outer.GetStatus().ActiveConnections);
        Assert.Equal(1, inner.Status.ActiveConnections);
    }

    [Fact]
    public async Task TwoBalancers_AreBackendsOfEachOther_SaysThatItGoesRoundInACircle()
    {
        await using LoadBalancer first = await StartOuterAsync(_network, "192.0.2.1:53", "192.0.2.2:53");
        await using LoadBalancer second = await StartOuterAsync(_network, "192.0.2.2:53", "192.0.2.1:53");
        MemoryDatagramClient client = _network.AddDatagramClient("198.51.100.7", "192.0.2.1:53");

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => client.Send("q"));

        Assert.Contains("go round in a circle", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameScript_TwoRuns_HaveTheSameOutcome()
    {
        string first = await RunScriptAsync();
        string second = await RunScriptAsync();

        Assert.Equal(first, second);
        Assert.Contains("BackendRefused", first, StringComparison.Ordinal);
    }

    private static async Task<string> RunScriptAsync()
    {
        // Source hash, since the other schedulers begin at a random step.
        await using DatagramStage stage = await DatagramStage.StartAsync(
            backends: 4,
            maxConnections: 16,
            listener: dns => dns.Responses = 1,
            pool: site => site.Scheduler = LbEngine.Scheduling.SchedulerNames.SourceHash);
        var random = new Random(7);
        var clients = new List<MemoryDatagramClient>();
        for (int i = 0; i < 500; i++)
        {
            MemoryDatagramBackend backend = stage.Backends[random.Next(4)];
            switch (random.Next(8))
            {
                case 0:
                    backend.Refuse();
                    break;
                case 1:
                    backend.Silent();
                    break;
                case 2:
                    backend.Echo();
                    break;
                case 3:
                    stage.Time.Advance(TimeSpan.FromMilliseconds(random.Next(4000)));
                    break;
                default:
                    clients.Add(stage.Ask($"{i}", $"198.51.100.{random.Next(250)}:{1024 + i}"));
                    break;
            }
        }

        string counts = string.Join(' ', stage.Status.Closed);
        return $"{counts} {string.Join(' ', clients.Select(client => string.Concat(client.ReceivedTexts)))} {string.Join(' ', stage.Log.Lines)}";
    }

    private static async Task<LoadBalancer> StartOuterAsync(MemoryNetwork network, string bind, string backend)
    {
        LoadBalancer balancer = new LoadBalancerBuilder()
            .UseMemoryNetwork(network)
            .Configure(options => options.MaxConnections = 64)
            .AddListener("outer", bind, "site", listener => listener.Protocol = ListenerProtocol.Udp)
            .AddPool("site", pool => pool.AddBackend("a", backend))
            .Build();
        await balancer.StartAsync();
        return balancer;
    }
}
