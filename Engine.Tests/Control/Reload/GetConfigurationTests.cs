// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.Tests.Control.Reload;

public class GetConfigurationTests
{
    [Fact]
    public async Task GetConfiguration_Changed_ChangesNothingInForce()
    {
        await using LoadBalancer balancer = Build();

        LoadBalancerOptions copy = balancer.GetConfiguration();
        copy.Pools["site"].Backends.Add("b", new BackendOptions { Address = "127.0.0.1:10" });

        Assert.Equal(["a"], balancer.GetConfiguration().Pools["site"].Backends.Keys);
        Assert.Single(balancer.Compare(copy));
    }

    [Fact]
    public async Task GetConfiguration_AfterApply_IsTheNewOne()
    {
        await using LoadBalancer balancer = Build();
        LoadBalancerOptions next = balancer.GetConfiguration();
        next.Pools["site"].Health = new HealthOptions { Type = HealthCheckType.Http, Path = "/healthz" };

        await balancer.ApplyAsync(next);

        Assert.Equal("/healthz", balancer.GetConfiguration().Pools["site"].Health?.Path);
    }

    private static LoadBalancer Build() =>
        new LoadBalancerBuilder().AddListener("web", "127.0.0.1:0", "site").AddPool("site", pool => pool.AddBackend("a", "127.0.0.1:9")).Build();
}
