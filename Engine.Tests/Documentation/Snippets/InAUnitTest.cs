// SPDX-License-Identifier: MIT
using LbEngine;
using LbEngine.Configuration;
using LbEngine.Testing;

// Not below LbEngine: a visitor needs the usings.
namespace Documentation.Snippets;

/// <summary>A backend that refuses and one that answers, in memory.</summary>
public sealed class InAUnitTest
{
    [Fact]
    public async Task Client_OneBackendRefuses_IsAnsweredByTheOther()
    {
        var network = new MemoryNetwork(new ManualTimeProvider());
        network.AddBackend("10.0.0.1:80").Refuse();
        network.AddBackend("10.0.0.2:80").Respond("HTTP/1.1 204 No Content\r\n\r\n");
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .UseMemoryNetwork(network)
            .AddListener("web", "192.0.2.1:80", pool: "site")
            .AddPool("site", pool => pool.AddBackend("a", "10.0.0.1:80").AddBackend("b", "10.0.0.2:80"))
            .Build();
        await balancer.StartAsync();

        MemoryClient client = network.Connect(from: "198.51.100.7", to: "192.0.2.1:80");
        client.Send("GET / HTTP/1.1\r\n\r\n");
        Assert.Equal("HTTP/1.1 204 No Content\r\n\r\n", client.ReceivedText);
    }
}
