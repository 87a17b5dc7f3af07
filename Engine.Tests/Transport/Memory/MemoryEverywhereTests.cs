// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Testing;

namespace LbEngine.Tests.Transport.Memory;

/// <summary>A listener without an address on a network in memory.</summary>
public sealed class MemoryEverywhereTests
{
    [Theory]
    [InlineData("198.51.100.7:5000", "192.0.2.1:80")]
    [InlineData("[2001:db8::7]:5000", "[2001:db8::1]:80")]
    public async Task Connect_AnyAddressOfEitherFamily_IsServed(string from, string to)
    {
        var network = new MemoryNetwork(new ManualTimeProvider());
        network.AddBackend("10.0.0.1:80");
        network.AddDatagramBackend("10.0.0.1:80");
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .UseMemoryNetwork(network)
            .Configure(options => options.MaxConnections = 64)
            .AddListener("web", ":80", "site")
            .AddListener("dns", "*:80", "site", options => options.Protocol = ListenerProtocol.Udp)
            .AddPool("site", pool => pool.AddBackend("a", "10.0.0.1:80"))
            .Build();
        await balancer.StartAsync();

        MemoryClient client = network.Connect(from, to);
        MemoryDatagramClient datagrams = network.AddDatagramClient(from, to);
        client.Send("hello");
        datagrams.Send("hello");

        Assert.Equal("hello", client.ReceivedText);
        Assert.Equal(["hello"], datagrams.ReceivedTexts);
        Assert.All(balancer.GetConnections(), connection => Assert.Equal(from, connection.Client.ToString()));
        Assert.Equal(["*:80", "*:80"], balancer.GetStatus().Listeners.Select(listener => listener.Place));
    }
}
