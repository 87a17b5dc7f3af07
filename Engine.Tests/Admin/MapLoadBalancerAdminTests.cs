// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LbEngine.Admin;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Hosting;
using LbEngine.Observability;
using LbEngine.Tests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LbEngine.Tests.Admin;

/// <summary>The admin API in an app of somebody else, who has an authorisation, other pages and perhaps several engines.</summary>
public sealed class MapLoadBalancerAdminTests : IAsyncDisposable
{
    private const string Prefix = "/lb";

    private readonly LoadBalancer _balancer = Build("site");

    public ValueTask DisposeAsync() => _balancer.DisposeAsync();

    [Fact]
    public async Task Request_WithoutWhatTheAppAsksFor_IsRefusedOnEveryRoute()
    {
        await using ForeignApp app = await ForeignApp.StartAsync(
            app => app.MapLoadBalancerAdmin(Prefix, _balancer, options => options.Reload = RefuseAsync).RequireAuthorization());
        string[] routes = [.. app.Routes.Where(route => route.Contains(Prefix, StringComparison.Ordinal))];

        foreach (string[] route in routes.Select(route => route.Split(' ')))
        {
            (HttpStatusCode status, _) = await app.SendAsync(
                new HttpMethod(route[0]),
                route[1].Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal),
                key: null);
            Assert.Equal((route[1], HttpStatusCode.Unauthorized), (route[1], status));
        }

        Assert.Equal(10, routes.Length);
    }

    [Fact]
    public async Task Request_WithWhatTheAppAsksFor_IsCarriedOutAtTheEngine()
    {
        await using ForeignApp app = await ForeignApp.StartAsync(app => app.MapLoadBalancerAdmin(Prefix, _balancer).RequireAuthorization());

        (HttpStatusCode status, JsonElement body) = await app.SendAsync(
            HttpMethod.Post,
            $"{Prefix}/v1/backends/site/a",
            """{"state":"maintenance","weight":7}""");

        BackendStatus backend = _balancer.GetStatus().Pools[0].Backends[0];
        Assert.Equal((HttpStatusCode.OK, OperatorState.Maintenance, 7), (status, backend.OperatorState, backend.Weight));
        Assert.Equal("maintenance", body.GetProperty("backends")[0].GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("/lb/v1/status", HttpStatusCode.OK)]
    [InlineData("/base/lb/v1/status", HttpStatusCode.OK)]
    [InlineData("/v1/status", HttpStatusCode.NotFound)]
    [InlineData("/lb/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("/", HttpStatusCode.OK)]
    public async Task Prefix_OfTheMapping_LeavesTheAppsOtherPathsAlone(string path, HttpStatusCode expected)
    {
        await using ForeignApp app = await ForeignApp.StartAsync(app => app.MapLoadBalancerAdmin(Prefix, _balancer));

        (HttpStatusCode status, _) = await app.SendAsync(HttpMethod.Get, path, key: null);

        Assert.Equal(expected, status);
    }

    [Theory]
    [InlineData(false, 9)]
    [InlineData(true, 10)]
    public async Task OpenApi_OfTheMapping_ListsExactlyWhatIsMapped(bool reloads, int expected)
    {
        await using ForeignApp app = await ForeignApp.StartAsync(
            app => app.MapLoadBalancerAdmin(Prefix, _balancer, options => options.Reload = reloads ? RefuseAsync : null));

        (HttpStatusCode status, JsonElement document) = await app.SendAsync(HttpMethod.Get, $"{Prefix}/openapi.json");

        string[] documented = [.. document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {Prefix}{path.Name}"))];
        Assert.Equal((HttpStatusCode.OK, expected), (status, documented.Length));
        Assert.Equal(documented.Order(), app.Routes.Where(route => route.Contains(Prefix, StringComparison.Ordinal)).Order());
        Assert.Equal(reloads, document.GetProperty("components").GetProperty("schemas").TryGetProperty("ReloadRequestMessage", out _));
    }

    [Theory]
    [InlineData("/lb/openapi.json", "/lb")]
    [InlineData("/base/lb/openapi.json", "/base/lb")]
    [InlineData("/lb/openapi.json/", "/lb")]
    public async Task OpenApi_ItsServer_IsWhereItWasAskedFor(string path, string expected)
    {
        await using ForeignApp app = await ForeignApp.StartAsync(app => app.MapLoadBalancerAdmin(Prefix, _balancer));

        (_, JsonElement document) = await app.SendAsync(HttpMethod.Get, path);

        Assert.Equal(expected, Assert.Single(document.GetProperty("servers").EnumerateArray()).GetProperty("url").GetString());
    }

    [Fact]
    public async Task OpenApi_WhatTheHostAdds_IsInTheDocument()
    {
        await using ForeignApp app = await ForeignApp.StartAsync(app => app.MapLoadBalancerAdmin(Prefix, _balancer, options =>
        {
            options.ConfigurationReaders["text/toml"] = static _ => LoadBalancerOptionsReader.ReadJson("{}"u8);
            options.DescribeApi = document => document["info"]!["title"] = "Ours";
        }));

        (_, JsonElement document) = await app.SendAsync(HttpMethod.Get, $"{Prefix}/openapi.json");

        Assert.Equal("Ours", document.GetProperty("info").GetProperty("title").GetString());
        JsonElement body = document.GetProperty("paths").GetProperty("/v1/diff").GetProperty("post").GetProperty("requestBody").GetProperty("content");
        Assert.Equal(["application/json", "text/toml"], body.EnumerateObject().Select(type => type.Name));
    }

    [Theory]
    [InlineData("application/json", HttpStatusCode.OK, "")]
    [InlineData("application/yaml", HttpStatusCode.UnsupportedMediaType, "write Content-Type: application/json")]
    public async Task Compare_WithoutAReaderOfTheHost_UnderstandsJsonAlone(string type, HttpStatusCode expected, string error)
    {
        await using ForeignApp app = await ForeignApp.StartAsync(app => app.MapLoadBalancerAdmin(Prefix, _balancer));
        const string Document = """{"listeners":{"web":{"bind":"127.0.0.1:0","pool":"site"}},"pools":{"site":{"backends":{"a":{"address":"127.0.0.1:9","weight":3}}}}}""";

        (HttpStatusCode status, JsonElement reply) = await app.SendAsync(HttpMethod.Post, $"{Prefix}/v1/diff", Document, type);

        Assert.Equal((expected, error), (status, reply.TryGetProperty("error", out JsonElement text) ? text.GetString() : ""));
        if (expected == HttpStatusCode.OK)
        {
            Assert.Equal("pools.site.backends.a.weight", Assert.Single(reply.GetProperty("changes").EnumerateArray()).GetProperty("path").GetString());
        }
    }

    [Fact]
    public async Task Body_LargerThanTheApiAllows_IsRefusedAlthoughTheAppAllowsMore()
    {
        await using ForeignApp app = await ForeignApp.StartAsync(app => app.MapLoadBalancerAdmin(Prefix, _balancer));

        (HttpStatusCode status, JsonElement reply) = await app.SendAsync(HttpMethod.Post, $"{Prefix}/v1/backends/site/a", new string(' ', 64 * 1024 + 1));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("too large", reply.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_ThatIsNotThereInTime_IsRefusedThoughItNeverStopsComing()
    {
        await using ForeignApp app = await ForeignApp.StartAsync(
            app => app.MapLoadBalancerAdmin(Prefix, _balancer, options => options.BodyTimeout = TimeSpan.FromMilliseconds(200)));
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(app.Address.Authority));
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync("POST /lb/v1/diff HTTP/1.1\r\nHost: l\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(stream);
        Task<string?> answer = reader.ReadLineAsync();

        await Waiting.UntilAsync(() => Drip(stream, answer), "the upload is refused");

        Assert.Equal("HTTP/1.1 408 Request Timeout", await answer);
    }

    [Fact]
    public async Task Engine_RegisteredInTheHost_IsFound()
    {
        await using ForeignApp app = await ForeignApp.StartAsync(
            app => app.MapLoadBalancerAdmin(),
            services => services.AddLoadBalancer(
                _ => { },
                builder => builder.AddListener("web", "127.0.0.1:0", "site").AddPool("site", pool => pool.AddBackend("a", "127.0.0.1:9"))));

        (HttpStatusCode status, JsonElement body) = await app.SendAsync(HttpMethod.Get, "/v1/status");

        Assert.Equal((HttpStatusCode.OK, "running"), (status, body.GetProperty("state").GetString()));
        Assert.Equal(LoadBalancerState.Running, app.Services.GetRequiredService<LoadBalancer>().GetStatus().State);
    }

    [Fact]
    public async Task Engine_NeitherGivenNorRegistered_IsAMistakeOfTheApp()
    {
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ForeignApp.StartAsync(app => app.MapLoadBalancerAdmin(Prefix)));

        Assert.Contains("AddLoadBalancer", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Engines_TwoInOneApp_SpeakEachOfItself()
    {
        await using LoadBalancer other = Build("mail");
        await using ForeignApp app = await ForeignApp.StartAsync(app =>
        {
            app.MapLoadBalancerAdmin("/one", _balancer);
            app.MapLoadBalancerAdmin("/two", other);
        });

        (_, JsonElement one) = await app.SendAsync(HttpMethod.Get, "/one/v1/status");
        (_, JsonElement two) = await app.SendAsync(HttpMethod.Get, "/two/v1/status");

        Assert.Equal(("site", "mail"), (Pool(one), Pool(two)));

        static string? Pool(JsonElement status) => status.GetProperty("pools")[0].GetProperty("name").GetString();
    }

    /// <summary>One more byte, until there is an answer or nobody takes the byte any more: what was answered is there to be read then.</summary>
    private static bool Drip(Stream stream, Task answer)
    {
        try
        {
            stream.WriteByte((byte)' ');
        }
        catch (IOException)
        {
            return true;
        }

        return answer.IsCompleted;
    }

    private static Task<ReloadResult> RefuseAsync(bool force, CancellationToken cancellationToken) =>
        Task.FromResult(new ReloadResult { Conflict = "not now" });

    private static LoadBalancer Build(string pool) =>
        new LoadBalancerBuilder().AddListener("web", "127.0.0.1:0", pool).AddPool(pool, options => options.AddBackend("a", "127.0.0.1:9")).Build();
}
