// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;
using System.Text.Json;
using LbEngine.Admin;
using LbEngine.Configuration;
using LbEngine.Tests.Harness;

namespace LbEngine.Tests.Admin;

/// <summary>A reload that the host gives to the admin API.</summary>
public sealed class ReloadCallbackTests : IAsyncDisposable
{
    private readonly LoadBalancer _balancer = new LoadBalancerBuilder()
        .AddListener("web", "127.0.0.1:0", "site")
        .AddPool("site", pool => pool.AddBackend("a", "127.0.0.1:9").AddBackend("b", "127.0.0.1:10").AddBackend("c", "127.0.0.1:11").AddBackend("d", "127.0.0.1:12"))
        .Build();

    public ValueTask DisposeAsync() => _balancer.DisposeAsync();

    [Theory]
    [InlineData("""{"a":{"address":"127.0.0.1:9","weight":5},"b":{"address":"127.0.0.1:10"},"c":{"address":"127.0.0.1:11"},"d":{"address":"127.0.0.1:12"}}""", null, HttpStatusCode.OK, "pools.site.backends.a.weight")]
    [InlineData("""{"a":{"address":"127.0.0.1:9"}}""", null, HttpStatusCode.UnprocessableEntity, "force")]
    [InlineData("""{"a":{"address":"127.0.0.1:9"}}""", """{"force":true}""", HttpStatusCode.OK, "pools.site.backends.b")]
    [InlineData("""{"a":{"address":"nowhere"}}""", null, HttpStatusCode.UnprocessableEntity, "ours.json")]
    public async Task Reload_OfTheHost_IsCarriedOutAndItsEndIsTold(string backends, string? body, HttpStatusCode expected, string words)
    {
        string document = """{"listeners":{"web":{"bind":"127.0.0.1:0","pool":"site"}},"pools":{"site":{"backends":""" + backends + "}}}";
        await using ForeignApp app = await StartAsync(async (force, cancellationToken) =>
            await _balancer.ReloadAsync(LoadBalancerOptionsReader.ReadJson(Encoding.UTF8.GetBytes(document)), force, cancellationToken) with { File = "ours.json" });

        (HttpStatusCode status, JsonElement reply) = await app.SendAsync(HttpMethod.Post, "/v1/reload", body);

        Assert.Equal(expected, status);
        Assert.Contains(words, reply.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_Conflict_Is409WithItsReason()
    {
        await using ForeignApp app = await StartAsync((_, _) => Task.FromResult(new ReloadResult { Conflict = "the address is taken" }));

        (HttpStatusCode status, JsonElement reply) = await app.SendAsync(HttpMethod.Post, "/v1/reload");

        Assert.Equal((HttpStatusCode.Conflict, "the address is taken"), (status, reply.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Reload_Defect_Is500WithoutItsDetailsAndIsLogged()
    {
        var log = new RecordingLoggerFactory();
        await using ForeignApp app = await StartAsync((_, _) => throw new NotSupportedException("secret"), log);

        (HttpStatusCode status, JsonElement reply) = await app.SendAsync(HttpMethod.Post, "/v1/reload");

        Assert.Equal((HttpStatusCode.InternalServerError, "a defect of the balancer, its log has the details"), (status, reply.GetProperty("error").GetString()));
        Assert.StartsWith("The admin request POST /v1/reload failed.", Assert.Single(log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReloadAsync_BalancerThatHasStopped_IsAConflict()
    {
        const string Document = """{"listeners":{"web":{"bind":"127.0.0.1:0","pool":"site"}},"pools":{"site":{"backends":{"a":{"address":"127.0.0.1:9"}}}}}""";
        await _balancer.DisposeAsync();

        ReloadResult result = await _balancer.ReloadAsync(LoadBalancerOptionsReader.ReadJson(Encoding.UTF8.GetBytes(Document)));

        Assert.True(result.IsRefused);
        Assert.NotNull(result.Conflict);
    }

    private Task<ForeignApp> StartAsync(ReloadCallback reloadAsync, RecordingLoggerFactory? log = null) =>
        ForeignApp.StartAsync(app => app.MapLoadBalancerAdmin(balancer: _balancer, configure: options =>
        {
            options.Reload = reloadAsync;
            options.Logger = log?.CreateLogger("test");
        }));
}
