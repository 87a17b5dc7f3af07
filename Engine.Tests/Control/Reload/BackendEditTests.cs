// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Testing;

namespace LbEngine.Tests.Control.Reload;

/// <summary>One backend more, less, or with other options, in one call.</summary>
public sealed class BackendEditTests : IAsyncLifetime
{
    private readonly MemoryNetwork _network = new(new ManualTimeProvider());
    private readonly LoadBalancer _balancer;

    public BackendEditTests() => _balancer = new LoadBalancerBuilder()
        .UseMemoryNetwork(_network)
        .AddListener("web", "192.0.2.1:80", "site")
        .AddPool("site", pool => pool.AddBackend("a", "10.0.0.1:80"))
        .Build();

    public Task InitializeAsync() => _balancer.StartAsync();

    public async Task DisposeAsync() => await _balancer.DisposeAsync();

    [Fact]
    public async Task AddChangeRemove_OneBackend_AreInForceAndReported()
    {
        var options = new BackendOptions { Address = "10.0.0.2:80", Weight = 3 };

        IReadOnlyList<ConfigurationChange> added = await _balancer.AddBackendAsync("site", "b", options);
        options.Weight = 99;
        IReadOnlyList<ConfigurationChange> changed = await _balancer.ChangeBackendAsync("site", "b", backend => backend.Weight++);
        Assert.Equal(["a 1", "b 4"], Backends());
        IReadOnlyList<ConfigurationChange> removed = await _balancer.RemoveBackendAsync("site", "a");

        Assert.Equal(["b 4"], Backends());
        Assert.Equal((ConfigurationChangeKind.Added, "pools.site.backends.b"), (Assert.Single(added).Kind, added[0].Path));
        Assert.Equal((ConfigurationChangeKind.Changed, "pools.site.backends.b.weight", "3", "4"),
            (Assert.Single(changed).Kind, changed[0].Path, changed[0].Before, changed[0].After));
        Assert.Equal((ConfigurationChangeKind.Removed, "pools.site.backends.a"), (Assert.Single(removed).Kind, removed[0].Path));
    }

    [Fact]
    public async Task Remove_BackendWithAConnection_LetsItLive()
    {
        _network.AddBackend("10.0.0.1:80");
        MemoryClient client = _network.Connect("198.51.100.1", "192.0.2.1:80");
        await _balancer.AddBackendAsync("site", "b", new BackendOptions { Address = "10.0.0.2:80" });

        await _balancer.RemoveBackendAsync("site", "a");

        Assert.Equal(MemoryClose.None, client.Closed);
        Assert.Equal("a", Assert.Single(_balancer.GetStatus().LeavingBackends).Backend.Name);
    }

    [Fact]
    public async Task Edits_ThatNameNobody_SayWhoThereIs()
    {
        var options = new BackendOptions { Address = "10.0.0.2:80" };

        ArgumentException noPool = await Assert.ThrowsAsync<ArgumentException>(() => _balancer.AddBackendAsync("sight", "b", options));
        ArgumentException taken = await Assert.ThrowsAsync<ArgumentException>(() => _balancer.AddBackendAsync("site", "a", options));
        ArgumentException unknown = await Assert.ThrowsAsync<ArgumentException>(() => _balancer.RemoveBackendAsync("site", "b"));
        ArgumentException unchanged = await Assert.ThrowsAsync<ArgumentException>(() => _balancer.ChangeBackendAsync("site", "b", _ => { }));

        Assert.StartsWith("There is no pool 'sight'; the pools are site.", noPool.Message, StringComparison.Ordinal);
        Assert.StartsWith("Pool 'site' has a backend 'a' already", taken.Message, StringComparison.Ordinal);
        Assert.StartsWith("Pool 'site' has no backend 'b'; its backends are a.", unknown.Message, StringComparison.Ordinal);
        Assert.StartsWith("Pool 'site' has no backend 'b'; its backends are a.", unchanged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remove_TheLastOne_IsRefusedAsAReloadIs()
    {
        LoadBalancerConfigurationException exception =
            await Assert.ThrowsAsync<LoadBalancerConfigurationException>(() => _balancer.RemoveBackendAsync("site", "a"));

        Assert.Equal("pools.site.backends", Assert.Single(exception.Errors).Path);
        Assert.Equal(["a 1"], Backends());
    }

    [Fact]
    public async Task Edits_ManyAtOnce_LoseNone()
    {
        string[] names = [.. Enumerable.Range(0, 40).Select(number => $"b{number:00}")];

        await Task.WhenAll(names.Select((name, number) => Task.Run(
            () => _balancer.AddBackendAsync("site", name, new BackendOptions { Address = $"10.0.1.{number + 1}:80" }))));

        Assert.Equal(["a", .. names], _balancer.GetConfiguration().Pools["site"].Backends.Keys.Order());
    }

    private IEnumerable<string> Backends() => _balancer.GetStatus().Pools[0].Backends.Select(backend => $"{backend.Name} {backend.Weight}");
}
