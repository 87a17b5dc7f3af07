// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LbEngine.Tests.Hosting;

public class ServiceCollectionExtensionsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task StartAsync_SectionWithMistakesOfBothKinds_ThrowsAllAtOnce()
    {
        using IHost host = CreateHost(("listeners:web:bind", "nowhere"), ("listeners:web:poool", "site"), ("pools:site:connectTimeout", "5"));

        LoadBalancerConfigurationException exception =
            await Assert.ThrowsAsync<LoadBalancerConfigurationException>(() => host.StartAsync());

        Assert.Equal(
            ["listeners.web.poool", "pools.site.connectTimeout", "listeners.web.bind", "pools.site.backends"],
            exception.Errors.Select(error => error.Path));
    }

    [Fact]
    public void AddLoadBalancer_CalledTwice_IsRefused()
    {
        var services = new ServiceCollection();
        services.AddLoadBalancer(_ => { });

        Assert.Throws<InvalidOperationException>(() => services.AddLoadBalancer(_ => { }));
    }

    [Fact]
    public async Task StartAsync_OptionsWithMistakes_Throws()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLoadBalancer(options => options.Reactors = -1);
        using IHost host = builder.Build();

        LoadBalancerConfigurationException exception =
            await Assert.ThrowsAsync<LoadBalancerConfigurationException>(() => host.StartAsync());

        Assert.Equal(["reactors", "listeners"], exception.Errors.Select(error => error.Path));
    }

    [Fact]
    public async Task StartThenStop_RightSection_RunsAndDrainsTheInjectedEngine()
    {
        using IHost host = CreateHost(
            ("listeners:web:bind", "127.0.0.1:0"),
            ("listeners:web:pool", "site"),
            ("pools:site:backends:a:address", "127.0.0.1:9"));
        LoadBalancer balancer = host.Services.GetRequiredService<LoadBalancer>();

        await host.StartAsync().WaitAsync(Limit);
        Observability.LoadBalancerStatus running = balancer.GetStatus();
        await host.StopAsync().WaitAsync(Limit);

        Assert.Equal(Observability.LoadBalancerState.Running, running.State);
        Assert.NotEqual(0, Assert.Single(running.Listeners).EndPoint.Port);
        Assert.Equal(Observability.LoadBalancerState.Stopped, balancer.GetStatus().State);
    }

    private static IHost CreateHost(params (string Key, string Value)[] settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>("LoadBalancer:" + setting.Key, setting.Value)));
        builder.Services.AddLoadBalancer(builder.Configuration.GetSection("LoadBalancer"));
        return builder.Build();
    }
}
