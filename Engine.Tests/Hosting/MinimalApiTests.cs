// SPDX-License-Identifier: MIT
using System.Net.Http.Json;
using System.Text.Json;
using LbEngine.Configuration;
using LbEngine.Hosting;
using LbEngine.Observability;
using LbEngine.Tests.Admin;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LbEngine.Tests.Hosting;

/// <summary>The first endpoint of everybody who has an engine in an app.</summary>
public sealed class MinimalApiTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Endpoints_ThatReturnWhatTheEngineSays_AnswerWithItsJson(bool hasReflection)
    {
        await using ForeignApp app = await ForeignApp.StartAsync(Map, services =>
        {
            services.AddLoadBalancer(_ => { }, builder => builder
                .AddListener("web", "127.0.0.1:0", pool: "site")
                .AddPool("site", pool => pool.AddBackend("a", "127.0.0.1:9").AddBackend("b", "[::1]:9")));
            services.ConfigureHttpJsonOptions(http =>
            {
                if (!hasReflection)
                {
                    http.SerializerOptions.TypeInfoResolverChain.Clear();
                    http.SerializerOptions.TypeInfoResolverChain.Add(LoadBalancerJson.Resolver);
                }
            });
        });
        using var client = new HttpClient { BaseAddress = app.Address, Timeout = TimeSpan.FromSeconds(20) };
        LoadBalancer balancer = app.Services.GetRequiredService<LoadBalancer>();

        LoadBalancerStatus? status = await client.GetFromJsonAsync<LoadBalancerStatus>("/status");
        LoadBalancerOptions? options = await client.GetFromJsonAsync<LoadBalancerOptions>("/configuration");
        ConnectionStatus[]? connections = await client.GetFromJsonAsync<ConnectionStatus[]>("/connections");
        string text = await client.GetStringAsync(new Uri("/status", UriKind.Relative));

        LoadBalancerStatus expected = balancer.GetStatus();
        Assert.Equal(LoadBalancerState.Running, status!.State);
        Assert.Equal(expected.Listeners[0].EndPoint, status.Listeners[0].EndPoint);
        Assert.Equal(expected.Pools[0].Backends.Select(backend => backend.EndPoint), status.Pools[0].Backends.Select(backend => backend.EndPoint));
        Assert.Equal("[::1]:9", options!.Pools["site"].Backends["b"].Address);
        Assert.Empty(balancer.Compare(options));
        Assert.Empty(connections!);
        Assert.Equal("Running", JsonDocument.Parse(text).RootElement.GetProperty("state").GetString());
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/status", (LoadBalancer lb) => lb.GetStatus());
        app.MapGet("/connections", (LoadBalancer lb) => lb.GetConnections());
        app.MapGet("/configuration", (LoadBalancer lb) => lb.GetConfiguration());
    }
}
