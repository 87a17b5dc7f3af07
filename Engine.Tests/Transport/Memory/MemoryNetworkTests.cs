// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;
using LbEngine.Configuration;
using LbEngine.Testing;
using LbEngine.Transport;

namespace LbEngine.Tests.Transport.Memory;

public sealed class MemoryNetworkTests
{
    [Theory]
    [InlineData("")]
    [InlineData("web.example:80")]
    [InlineData("10.0.0.1:99999")]
    [InlineData("10.0.0.1")]
    [InlineData("10.0.0.1:0")]
    public void AddBackend_NotAnAddressAndPort_SaysWhatIsWanted(string endPoint)
    {
        var network = new MemoryNetwork(new ManualTimeProvider());

        ArgumentException exception = Assert.Throws<ArgumentException>(() => network.AddBackend(endPoint));

        Assert.Equal("endPoint", exception.ParamName);
    }

    [Fact]
    public void AddBackend_NotAnAddress_QuotesItAndShowsARightOne()
    {
        var network = new MemoryNetwork(new ManualTimeProvider());

        ArgumentException exception = Assert.Throws<ArgumentException>(() => network.AddBackend("web.example:80"));

        Assert.Contains("'web.example:80' is not an address and port such as 192.0.2.1:80", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddBackend_SomethingIsThere_Throws()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();

        Assert.Throws<ArgumentException>(() => stage.Network.AddBackend("10.0.0.1:80"));
        Assert.Throws<ArgumentException>(() => stage.Network.AddBackend(MemoryStage.Listener));
    }

    [Fact]
    public void Connect_NobodyListens_IsRefused()
    {
        var network = new MemoryNetwork(new ManualTimeProvider());

        MemoryClient client = network.Connect("198.51.100.7:5000", "192.0.2.1:80");
        client.Send("lost");

        Assert.Equal(MemoryClose.Refused, client.Closed);
        Assert.Equal(0, client.UnsentBytes);
        Assert.False(client.IsPending);
    }

    [Fact]
    public async Task Connect_WithoutPort_GetsADifferentOneEachTime()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();

        int[] ports = [.. Enumerable.Range(0, 100).Select(_ => stage.Connect("198.51.100.7").LocalEndPoint.Port)];

        Assert.Equal(100, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 49_152, 65_535));
    }

    [Theory]
    [InlineData("0.0.0.0:80", "203.0.113.9:80", MemoryClose.None)]
    [InlineData("0.0.0.0:80", "203.0.113.9:81", MemoryClose.Refused)]
    [InlineData("0.0.0.0:80", "[2001:db8::1]:80", MemoryClose.Refused)]
    [InlineData("[::]:80", "[2001:db8::1]:80", MemoryClose.None)]
    [InlineData("[::]:80", "203.0.113.9:80", MemoryClose.Refused)]
    [InlineData("192.0.2.1:80", "[::ffff:192.0.2.1]:80", MemoryClose.None)]
    public async Task Connect_ListenerOnAnyAddress_IsMetInItsFamilyOnly(string bind, string to, MemoryClose expected)
    {
        var network = new MemoryNetwork(new ManualTimeProvider());
        network.AddBackend("10.0.0.1:80");
        await using LoadBalancer balancer = Build(network, bind);
        await balancer.StartAsync();

        MemoryClient client = network.Connect("198.51.100.7", to);

        Assert.Equal(expected, client.Closed);
    }

    [Fact]
    public async Task StartAsync_PortZero_ListensOnAFreePortThatTheStatusTells()
    {
        var network = new MemoryNetwork(new ManualTimeProvider());
        network.AddBackend("10.0.0.1:80");
        await using LoadBalancer balancer = Build(network, "192.0.2.1:0");

        await balancer.StartAsync();
        IPEndPoint bound = balancer.GetStatus().Listeners[0].EndPoint;
        MemoryClient client = network.Connect(IPEndPoint.Parse("198.51.100.7:5000"), bound);
        client.Send(Encoding.UTF8.GetBytes("hello"));

        Assert.NotEqual(0, bound.Port);
        Assert.Equal("hello", client.ReceivedText);
    }

    [Fact]
    public async Task StartAsync_OneOfTwoListenersIsTaken_NamesItAndLeavesNoneBound()
    {
        var network = new MemoryNetwork(new ManualTimeProvider());
        network.AddBackend("10.0.0.1:80");
        await using LoadBalancer first = Build(network, "192.0.2.1:80");
        await first.StartAsync();
        await using LoadBalancer second = new LoadBalancerBuilder()
            .UseMemoryNetwork(network)
            .AddListener("free", "192.0.2.2:80", "site")
            .AddListener("taken", "192.0.2.1:80", "site")
            .AddPool("site", pool => pool.AddBackend("a", "10.0.0.1:80"))
            .Build();

        ListenerBindException exception = await Assert.ThrowsAsync<ListenerBindException>(() => second.StartAsync());

        Assert.Equal("taken", exception.ListenerName);
        Assert.Equal(MemoryClose.Refused, network.Connect("198.51.100.7", "192.0.2.2:80").Closed);
        Assert.Equal(MemoryClose.None, network.Connect("198.51.100.7", "192.0.2.1:80").Closed);
    }

    [Fact]
    public async Task StartAsync_AfterTheFirstEngineIsGone_TakesOverItsAddress()
    {
        var network = new MemoryNetwork(new ManualTimeProvider());
        network.AddBackend("10.0.0.1:80");
        LoadBalancer first = Build(network, "192.0.2.1:80");
        await first.StartAsync();
        await first.DisposeAsync();

        await using LoadBalancer second = Build(network, "192.0.2.1:80");
        await second.StartAsync();
        MemoryClient client = network.Connect("198.51.100.7", "192.0.2.1:80");
        client.Send("hello");

        Assert.Equal("hello", client.ReceivedText);
    }

    [Fact]
    public async Task Connect_SystemClock_WorksAndTimersFireByThemselves()
    {
        var network = new MemoryNetwork(TimeProvider.System);
        network.AddBackend("10.0.0.1:80").Blackhole();
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .UseMemoryNetwork(network)
            .AddListener("web", MemoryStage.Listener, "site")
            .AddPool("site", pool => pool.AddBackend("a", "10.0.0.1:80").ConnectTimeout = TimeSpan.FromMilliseconds(20))
            .Build();
        await balancer.StartAsync();
        network.Connect("198.51.100.7", MemoryStage.Listener);

        await balancer.DrainAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(1, balancer.GetStatus().Closed[LbEngine.Lifecycle.CloseReason.ConnectTimeout]);
    }

    private static LoadBalancer Build(MemoryNetwork network, string bind) => new LoadBalancerBuilder()
        .UseMemoryNetwork(network)
        .Configure(options => options.MaxConnections = 64)
        .AddListener("web", bind, "site")
        .AddPool("site", pool => pool.AddBackend("a", "10.0.0.1:80"))
        .Build();
}
