// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Resolution;

namespace LbEngine.Tests.Resolution;

public class HostNamesTests
{
    [Fact]
    public void Expand_NameAmongAddresses_PutsItsAddressesInItsPlace()
    {
        LoadBalancerOptions options = Create(pool => pool.AddBackend("a", "10.0.0.1:80").AddBackend("b", "db.internal:5432", weight: 3).AddBackend("c", "10.0.0.9:80"));
        options.Pools["site"].Backends["b"].MaxConnections = 7;

        LoadBalancerOptions expanded = Expand(options, "10.0.0.2", "fd00::1");

        Assert.Equal(
            ["a 10.0.0.1:80 1 0", "b@10.0.0.2 10.0.0.2:5432 3 7", "b@fd00::1 [fd00::1]:5432 3 7", "c 10.0.0.9:80 1 0"],
            expanded.Pools["site"].Backends.Select(one => $"{one.Key} {one.Value.Address} {one.Value.Weight} {one.Value.MaxConnections}"));
        Assert.Equal(["a", "b", "c"], options.Pools["site"].Backends.Keys);
    }

    [Fact]
    public void Expand_NameWithoutAnswer_HasNoBackend()
    {
        LoadBalancerOptions expanded = Expand(Create(pool => pool.AddBackend("a", "db.internal:80")));

        Assert.Empty(expanded.Pools["site"].Backends);
    }

    [Fact]
    public void Expand_NoName_IsTheSameObject()
    {
        LoadBalancerOptions options = Create(pool => pool.AddBackend("a", "10.0.0.1:80"));

        Assert.Same(options, HostNames.Expand(options, static _ => throw new InvalidOperationException("There is no name to look up."), []));
    }

    [Fact]
    public void Expand_AddressOfAListenerOfThisEngine_IsLeftOutWithADoubt()
    {
        var doubts = new List<ConfigurationWarning>();
        LoadBalancerOptions options = Create(pool => pool.AddBackend("a", "db.internal:8080"));

        LoadBalancerOptions expanded = HostNames.Expand(options, static _ => [IPAddress.Parse("10.0.0.1"), IPAddress.Loopback], doubts);

        Assert.Equal(["a@10.0.0.1"], expanded.Pools["site"].Backends.Keys);
        ConfigurationWarning doubt = Assert.Single(doubts);
        Assert.Equal("pools.site.backends.a", doubt.Path);
        Assert.Contains("127.0.0.1:8080 is listener web", doubt.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NameInTwoPools_IsLookedUpAsTheMoreEagerOneWants()
    {
        LoadBalancerOptions options = Create(pool => pool.AddBackend("a", "db.internal:80").AddBackend("b", "DB.internal:81"));
        options.Pools["site"].Resolve = new ResolveOptions { Interval = TimeSpan.FromSeconds(30), Timeout = TimeSpan.FromSeconds(2) };
        var other = new BackendPoolOptions { Resolve = new ResolveOptions { Interval = TimeSpan.FromSeconds(5), Timeout = TimeSpan.FromSeconds(1) } };
        options.Pools.Add("other", other.AddBackend("a", "db.internal:90"));
        var six = new BackendPoolOptions { Resolve = new ResolveOptions { Family = ResolveFamily.Ipv6 } };
        options.Pools.Add("six", six.AddBackend("a", "db.internal:90"));

        IReadOnlyDictionary<HostName, LookupTimes> names = HostNames.Find(options);

        Assert.Equal(2, names.Count);
        Assert.Equal(new LookupTimes(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2)), names[new HostName("db.internal", ResolveFamily.Any)]);
        Assert.Equal(new LookupTimes(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5)), names[new HostName("db.internal", ResolveFamily.Ipv6)]);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("b", false)]
    [InlineData("b@10.0.0.1", true)]
    [InlineData("a@10.0.0.1", false)]
    [InlineData("c", false)]
    [InlineData("c@10.0.0.1", false)]
    public void MayExist_NameOfABackend_GoesByWhatIsConfigured(string backend, bool expected)
    {
        LoadBalancerOptions options = Create(pool => pool.AddBackend("a", "10.0.0.1:80").AddBackend("b", "db.internal:80"));

        Assert.Equal(expected, HostNames.MayExist(options, "site", backend));
        Assert.False(HostNames.MayExist(options, "other", backend));
    }

    private static LoadBalancerOptions Create(Action<BackendPoolOptions> configure)
    {
        var options = new LoadBalancerOptions();
        options.Listeners.Add("web", new ListenerOptions { Bind = "0.0.0.0:8080", Pool = "site" });
        var pool = new BackendPoolOptions();
        configure(pool);
        options.Pools.Add("site", pool);
        return options;
    }

    private static LoadBalancerOptions Expand(LoadBalancerOptions options, params string[] addresses) =>
        HostNames.Expand(options, host => host.Name == "db.internal" ? [.. addresses.Select(IPAddress.Parse)] : [], []);
}
