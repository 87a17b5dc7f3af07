// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Testing;

namespace LbEngine.UnitTestingSample;

/// <summary>Tests code that takes an engine, with a real one in memory instead of a mock.</summary>
public sealed class DeploymentTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly MemoryNetwork _network;
    private readonly LoadBalancer _balancer;

    public DeploymentTests()
    {
        _network = new MemoryNetwork(_time);
        _network.AddBackend("10.0.0.1:80");
        _balancer = new LoadBalancerBuilder()
            .UseMemoryNetwork(_network)
            .AddListener("web", "192.0.2.1:80", pool: "site")
            .AddPool("site", pool => pool.AddBackend("a", "10.0.0.1:80"))
            .Build();
    }

    public Task InitializeAsync() => _balancer.StartAsync();

    public async Task DisposeAsync() => await _balancer.DisposeAsync();

    [Fact]
    public async Task Deploy_BackendWithAClient_WaitsUntilItHasLeft()
    {
        MemoryClient client = Connect();
        Task deploying = new Deployment(_balancer).ReplaceAsync("site", "a", "10.0.0.3:80");
        Assert.False(deploying.IsCompleted);

        client.Reset();
        _time.Advance(TimeSpan.FromSeconds(1));
        await deploying.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal("10.0.0.3:80", _balancer.GetConfiguration().Pools["site"].Backends["a"].Address);
        Assert.Equal(OperatorState.Ready, _balancer.GetStatus().Pools[0].Backends[0].OperatorState);
    }

    private MemoryClient Connect() => _network.Connect(from: "198.51.100.7", to: "192.0.2.1:80");
}
