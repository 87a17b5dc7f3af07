// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Observability.Events;
using LbEngine.Testing;

namespace LbEngine.Tests.Control;

/// <summary>What somebody hears who listens to an engine.</summary>
public sealed class EventTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ManualTimeProvider _time = new();
    private readonly MemoryNetwork _network;
    private readonly MemoryBackend _backend;
    private readonly LoadBalancer _balancer;

    public EventTests()
    {
        _network = new MemoryNetwork(_time);
        _backend = _network.AddBackend("10.0.0.1:80").Respond("hello");
        _network.AddDatagramBackend("10.0.0.1:80");
        _balancer = new LoadBalancerBuilder()
            .UseMemoryNetwork(_network)
            .AddListener("web", "192.0.2.1:80", "site", listener => listener.MaxConnectionsPerClient = 1)
            .AddUdpListener("dns", "192.0.2.1:80", "site")
            .AddPool("site", pool => pool.AddBackend("a", "10.0.0.1:80"))
            .Build();
    }

    [Fact]
    public async Task Connection_Ended_IsToldWithEverythingAboutIt()
    {
        await using IAsyncEnumerator<LoadBalancerEvent> events = await StartAsync(LoadBalancerEventKinds.Connections);
        MemoryClient client = _network.Connect("198.51.100.1:5000", "192.0.2.1:80");
        client.Send("hi");
        _time.Advance(TimeSpan.FromSeconds(3));
        client.Reset();

        var ended = Assert.IsType<ConnectionEnded>(await NextAsync(events));

        Assert.Equal((ListenerProtocol.Tcp, IPEndPoint.Parse("198.51.100.1:5000")), (ended.Protocol, ended.Client));
        Assert.Equal(("web", "site", "a"), (ended.Listener, ended.Pool, ended.Backend));
        Assert.Equal((CloseReason.ClientReset, TimeSpan.FromSeconds(3)), (ended.Reason, ended.Duration));
        Assert.Equal((2L, 5L, 1), (ended.BytesToBackend, ended.BytesToClient, ended.Attempts));
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (ended.ConnectTime, ended.FirstByteTime));
    }

    [Fact]
    public async Task Client_TurnedAway_IsToldWithTheReason()
    {
        await using IAsyncEnumerator<LoadBalancerEvent> events = await StartAsync(LoadBalancerEventKinds.Connections);
        _network.Connect("198.51.100.1:5000", "192.0.2.1:80");
        _network.Connect("198.51.100.1:5001", "192.0.2.1:80");

        var rejected = Assert.IsType<ClientRejected>(await NextAsync(events));

        Assert.Equal(new ClientRejected(ListenerProtocol.Tcp, IPEndPoint.Parse("198.51.100.1:5001"), "web", RejectReason.ClientLimit, null), rejected);
    }

    [Fact]
    public async Task Flow_Ended_IsToldWithItsDatagrams()
    {
        await using IAsyncEnumerator<LoadBalancerEvent> events = await StartAsync(LoadBalancerEventKinds.Connections);
        _network.AddDatagramClient("198.51.100.1:5000", "192.0.2.1:80").Send("hi");
        _time.Advance(TimeSpan.FromMinutes(1));

        var ended = Assert.IsType<ConnectionEnded>(await NextAsync(events));

        Assert.Equal((ListenerProtocol.Udp, "dns", 1L, 1L, 2L), (ended.Protocol, ended.Listener, ended.Requests, ended.Replies, ended.BytesToBackend));
    }

    [Fact]
    public async Task Backend_InAnotherState_IsToldWithBoth()
    {
        await using IAsyncEnumerator<LoadBalancerEvent> events = await StartAsync(LoadBalancerEventKinds.Backends);
        await _balancer.SetBackendStateAsync("site", "a", OperatorState.Draining);
        await _balancer.SetBackendWeightAsync("site", "a", 7);
        await _balancer.SetBackendWeightAsync("site", "a", 7);
        await _balancer.SetBackendStateAsync("site", "a", OperatorState.Ready);

        var states = new List<BackendState>();
        for (int i = 0; i < 3; i++)
        {
            var changed = Assert.IsType<BackendStateChanged>(await NextAsync(events));
            Assert.Equal(("site", "a", _backend.EndPoint), (changed.Pool, changed.Backend, changed.EndPoint));
            states.AddRange(i == 0 ? [changed.Before, changed.After] : [changed.After]);
        }

        Assert.Equal(
            [
                new(OperatorState.Ready, HealthState.Unknown, false, 1),
                new(OperatorState.Draining, HealthState.Unknown, false, 1),
                new(OperatorState.Draining, HealthState.Unknown, false, 7),
                new(OperatorState.Ready, HealthState.Unknown, false, 7),
            ],
            states);
    }

    [Fact]
    public async Task Reload_AppliedThenRefused_AreTold()
    {
        await using IAsyncEnumerator<LoadBalancerEvent> events = await StartAsync(LoadBalancerEventKinds.Configuration);
        await _balancer.AddBackendAsync("site", "b", new BackendOptions { Address = "10.0.0.2:80" });
        await Assert.ThrowsAsync<LoadBalancerConfigurationException>(
            () => _balancer.AddBackendAsync("site", "c", new BackendOptions { Address = "nowhere" }));

        var applied = Assert.IsType<ConfigurationApplied>(await NextAsync(events));
        var refused = Assert.IsType<ConfigurationRefused>(await NextAsync(events));

        Assert.Equal("pools.site.backends.b", Assert.Single(applied.Changes).Path);
        Assert.Equal("pools.site.backends.c.address", Assert.Single(refused.Mistakes).Path);
    }

    [Fact]
    public async Task Engine_Disposed_EndsTheStreamBehindItsLastEvents()
    {
        await using IAsyncEnumerator<LoadBalancerEvent> events = await StartAsync(LoadBalancerEventKinds.All);
        _network.Connect("198.51.100.1:5000", "192.0.2.1:80");

        await _balancer.DisposeAsync();

        Assert.Equal(CloseReason.Stopped, Assert.IsType<ConnectionEnded>(await NextAsync(events)).Reason);
        Assert.False(await events.MoveNextAsync().AsTask().WaitAsync(Limit));
    }

    [Fact]
    public void ReadEvents_CapacityOutOfRange_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _balancer.ReadEventsAsync(capacity: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _balancer.ReadEventsAsync(capacity: 1_000_001));
    }

    public ValueTask DisposeAsync() => _balancer.DisposeAsync();

    private async Task<IAsyncEnumerator<LoadBalancerEvent>> StartAsync(LoadBalancerEventKinds kinds)
    {
        await _balancer.StartAsync();
        return _balancer.ReadEventsAsync(kinds).GetAsyncEnumerator();
    }

    private static async Task<LoadBalancerEvent> NextAsync(IAsyncEnumerator<LoadBalancerEvent> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(Limit));
        return events.Current;
    }
}
