// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

public sealed class StatusTests
{
    [Fact]
    public async Task GetConnections_AfterTraffic_SaysWhoWhereHowLongAndHowMuch()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Respond("four");
        MemoryClient client = stage.Connect("198.51.100.7:5000");
        stage.Time.Advance(TimeSpan.FromSeconds(10));
        client.Send("three bytes more");
        stage.Time.Advance(TimeSpan.FromSeconds(3));

        ConnectionStatus status = Assert.Single(stage.Balancer.GetConnections());

        var expected = new ConnectionStatus(
            status.Id,
            IPEndPoint.Parse("198.51.100.7:5000"),
            ListenerProtocol.Tcp,
            "web",
            "site",
            "b0",
            ConnectionPhase.Relaying,
            Age: TimeSpan.FromSeconds(13),
            IdleTime: TimeSpan.FromSeconds(3),
            BytesToBackend: 16,
            BytesToClient: 4);
        Assert.Equal(expected, status);
        Assert.Equal((16 / 13.0, 4 / 13.0), (status.BytesToBackendPerSecond, status.BytesToClientPerSecond));
    }

    [Fact]
    public async Task GetStatus_MemoryTransport_SaysSoAndKeepsTheConfiguredAddress()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();

        LoadBalancerStatus status = stage.Status;

        Assert.Equal("memory", status.Transport);
        Assert.Equal(LoadBalancerState.Running, status.State);
        Assert.Equal(IPEndPoint.Parse(MemoryStage.Listener), status.Listeners[0].EndPoint);
        Assert.Equal(1024, status.Capacity);
    }

    [Fact]
    public async Task GetStatus_BeforeAndAfterStartAndReloads_SaysSinceWhenItRunsAndWhatItGoesBy()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Time.Advance(TimeSpan.FromHours(1));
        LoadBalancerStatus before = stage.Status;
        await stage.Balancer.ApplyAsync(stage.Balancer.GetConfiguration());
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        LoadBalancerStatus after = stage.Status;
        LoadBalancerOptions broken = stage.Balancer.GetConfiguration();
        broken.Listeners["web"].Pool = "nowhere";
        await Assert.ThrowsAsync<LoadBalancerConfigurationException>(() => stage.Balancer.ApplyAsync(broken));

        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromHours(1)), (before.Uptime, before.ConfigurationAge));
        Assert.Equal((TimeSpan.FromMinutes(62), TimeSpan.FromMinutes(2)), (after.Uptime, after.ConfigurationAge));
        Assert.Equal(TimeSpan.FromMinutes(2), stage.Status.ConfigurationAge);
        Assert.Matches(@"^\d+\.\d+\.\d+$", after.Version);
    }

    [Fact]
    public async Task GetStatus_HealthCheckThatAReloadAdds_SaysWhoIsChecked()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        BackendStatus before = stage.Status.Pools[0].Backends[0];
        LoadBalancerOptions options = stage.Balancer.GetConfiguration();
        options.Pools["site"].Health = new HealthOptions();
        await stage.Balancer.ApplyAsync(options);

        Assert.Equal((HealthState.Unknown, false), (before.HealthState, before.IsChecked));
        Assert.True(stage.Status.Pools[0].Backends[0].IsChecked);
    }

    [Fact]
    public async Task GetStatus_TwoEnginesOnOneNetwork_ShareNothing()
    {
        await using MemoryStage one = await MemoryStage.StartAsync(listener: listener => listener.MaxConnections = 1);
        LoadBalancer two = new LoadBalancerBuilder()
            .UseMemoryNetwork(one.Network)
            .AddListener("web", "192.0.2.2:80", "site", listener => listener.MaxConnections = 1)
            .AddPool("site", pool => pool.AddBackend("b0", "10.0.0.1:80"))
            .Build();
        await two.StartAsync();

        MemoryClient ofOne = one.Connect();
        MemoryClient ofTwo = one.Network.Connect("198.51.100.7", "192.0.2.2:80");
        await one.Balancer.DisposeAsync();
        ofTwo.Send("alive");

        Assert.Equal(MemoryClose.Fin, ofOne.Closed);
        Assert.Equal("alive", ofTwo.ReceivedText);
        Assert.Equal(1, two.GetStatus().ActiveConnections);
        Assert.Equal(1, two.GetStatus().Listeners[0].AcceptedConnections);
        Assert.Equal(1, one.Status.Listeners[0].AcceptedConnections);
        await two.DisposeAsync();
        MemoryStage.AssertNothingIsHeld(two, one.Time);
    }

    [Fact]
    public async Task Connect_ListenerOfOneEngineIsTheBackendOfAnother_CarriesBytesFinAndReset()
    {
        await using MemoryStage inner = await MemoryStage.StartAsync();
        LoadBalancer outer = new LoadBalancerBuilder()
            .UseMemoryNetwork(inner.Network)
            .AddListener("front", "203.0.113.1:80", "engines")
            .AddPool("engines", pool => pool.AddBackend("inner", MemoryStage.Listener))
            .Build();
        await outer.StartAsync();

        MemoryClient orderly = inner.Network.Connect("198.51.100.7", "203.0.113.1:80");
        orderly.SendPattern(1_000_000);
        orderly.Finish();
        MemoryClient abrupt = inner.Network.Connect("198.51.100.7", "203.0.113.1:80");
        abrupt.Reset();

        Assert.Equal(1_000_000, orderly.ReceivedPatternBytes);
        Assert.Equal(MemoryClose.Fin, orderly.Closed);
        Assert.Equal([MemoryClose.Fin, MemoryClose.Reset], inner.Backends[0].Connections.Select(connection => connection.Closed));
        Assert.Equal(1, inner.Closed(CloseReason.Completed));
        Assert.Equal(1, inner.Closed(CloseReason.ClientReset));
        await outer.DisposeAsync();
        MemoryStage.AssertNothingIsHeld(outer, inner.Time);
    }
}
