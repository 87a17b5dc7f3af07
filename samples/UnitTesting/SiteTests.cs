// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Testing;

namespace LbEngine.UnitTestingSample;

/// <summary>A whole balancer in a unit test: no socket, no waiting, the same outcome in every run.</summary>
public sealed class SiteTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly MemoryNetwork _network;
    private readonly MemoryBackend _a;
    private readonly MemoryBackend _b;
    private readonly LoadBalancer _balancer;

    public SiteTests()
    {
        _network = new MemoryNetwork(_time);
        _a = _network.AddBackend("10.0.0.1:80");
        _b = _network.AddBackend("10.0.0.2:80").Respond("HTTP/1.1 204 No Content\r\n\r\n");
        _balancer = new LoadBalancerBuilder()
            .UseMemoryNetwork(_network)
            .AddListener("web", "192.0.2.1:80", pool: "site", listener => listener.MaxConnections = 2)
            .AddPool("site", pool => pool.AddBackend("a", "10.0.0.1:80").AddBackend("b", "10.0.0.2:80"))
            .Build();
    }

    public Task InitializeAsync() => _balancer.StartAsync();

    public async Task DisposeAsync() => await _balancer.DisposeAsync();

    [Fact]
    public void BackendRefuses_ClientIsServedByTheOther()
    {
        _a.Refuse();

        MemoryClient client = Connect();
        client.Send("GET / HTTP/1.1\r\n\r\n");

        Assert.Equal("HTTP/1.1 204 No Content\r\n\r\n", client.ReceivedText);
        Assert.Single(_b.Connections);
    }

    [Fact]
    public void NothingMovesForFifteenMinutes_ConnectionEnds()
    {
        MemoryClient client = Connect();

        _time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(MemoryClose.None, client.Closed);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(MemoryClose.Fin, client.Closed);
        Assert.Equal(1, _balancer.GetStatus().Closed[CloseReason.IdleTimeout]);
    }

    [Fact]
    public void ListenerIsFull_ThirdClientWaitsForAPlace()
    {
        MemoryClient first = Connect();
        Connect();
        MemoryClient third = Connect();
        Assert.True(third.IsPending);

        first.Reset();
        Assert.False(third.IsPending);
    }

    private MemoryClient Connect() => _network.Connect(from: "198.51.100.7", to: "192.0.2.1:80");
}
