// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Testing;

namespace LbEngine.UnitTestingSample;

/// <summary>The same for UDP: a query that meets a dead server is answered by the other one, and the dead one is left out for a while.</summary>
public sealed class DnsTests
{
    [Fact]
    public async Task OneServerIsDead_EveryQueryIsAnsweredByTheOther()
    {
        var network = new MemoryNetwork(new ManualTimeProvider());
        network.AddDatagramBackend("10.0.0.1:53").Refuse();
        network.AddDatagramBackend("10.0.0.2:53").Respond("192.0.2.80");
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .UseMemoryNetwork(network)
            .AddUdpListener("dns", "192.0.2.1:53", pool: "resolvers", listener => listener.Responses = 1)
            .AddPool("resolvers", pool => pool.AddBackend("a", "10.0.0.1:53").AddBackend("b", "10.0.0.2:53"))
            .Build();
        await balancer.StartAsync();
        MemoryDatagramClient client = network.AddDatagramClient(from: "198.51.100.7", to: "192.0.2.1:53");

        client.Send("www.example.org?");
        client.Send("www.example.com?");

        Assert.Equal(["192.0.2.80", "192.0.2.80"], client.ReceivedTexts);
        Assert.True(balancer.GetStatus().Pools[0].Backends[0].IsEjected);
    }
}
