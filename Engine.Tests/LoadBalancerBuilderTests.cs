// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Observability;

namespace LbEngine.Tests;

public class LoadBalancerBuilderTests
{
    [Fact]
    public async Task AddUdpListener_AddressAndPoolOfATcpListener_IsAListenerBesideIt()
    {
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .AddListener("dns-tcp", "127.0.0.1:5353", pool: "resolvers")
            .AddUdpListener("dns", "127.0.0.1:5353", pool: "resolvers", listener => listener.Responses = 1)
            .AddPool("resolvers", pool => pool.AddBackend("a", "10.0.0.1:53"))
            .Build();

        IReadOnlyList<ListenerStatus> listeners = balancer.GetStatus().Listeners;

        Assert.Equal([ListenerProtocol.Tcp, ListenerProtocol.Udp], listeners.Select(listener => listener.Protocol));
        Assert.Equal([null, new DatagramStatus(0, 0, 0, 0, 0)], listeners.Select(listener => listener.Datagrams));
    }

    [Fact]
    public void AddUdpListener_SettingOfTcp_IsRefusedByBuild()
    {
        LoadBalancerBuilder builder = new LoadBalancerBuilder()
            .AddUdpListener("dns", "127.0.0.1:0", pool: "resolvers", listener => listener.HalfCloseTimeout = TimeSpan.FromSeconds(1))
            .AddPool("resolvers", pool => pool.AddBackend("a", "10.0.0.1:53"));

        LoadBalancerConfigurationException exception = Assert.Throws<LoadBalancerConfigurationException>(builder.Build);

        Assert.Equal("listeners.dns.halfCloseTimeout: has no meaning for udp: remove it", Assert.Single(exception.Errors).ToString());
    }
}
