// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json;
using LbEngine.Configuration;
using LbEngine.Tests.ConsoleHost.Admin;

namespace LbEngine.Tests.Admin.Api;

/// <summary>Requests that are wrong: each gets a status of 4xx and a reason, and nothing is changed.</summary>
public class AdminRefusalTests
{
    /// <summary>Method, path, body and its type, status, and a part of the reason.</summary>
    public static TheoryData<string, string, string?, string, int, string> Rows => new()
    {
        { "GET", "v1/nothing", null, "", 404, "/v1/nothing" },
        { "GET", "", null, "", 404, "there is nothing at /" },
        { "GET", "v1/status/", null, "", 200, "" },
        { "GET", "v1/../v1/status", null, "", 200, "" },
        { "GET", "..%2f..%2fetc/passwd", null, "", 404, "openapi.json" },
        { "GET", "v1%2fstatus", null, "", 404, "openapi.json" },
        { "GET", "v1/status?verbose=1", null, "", 422, "'verbose' is not read" },
        { "PUT", "v1/status", null, "", 405, "possible: GET" },
        { "GET", "v1/reload", null, "", 405, "possible: POST" },
        { "DELETE", "v1/connections", null, "", 405, "possible: GET" },
        { "GET", "v1/connections?clinet=127.0.0.1", null, "", 422, "known here, once each: client, pool" },
        { "GET", "v1/connections?client=1.2.3.4&client=1.2.3.5", null, "", 422, "once each" },
        { "GET", "v1/connections?client=localhost", null, "", 422, "client must be an address" },
        { "GET", "v1/connections?limit=0", null, "", 422, "limit must be" },
        { "GET", "v1/connections?limit=10001", null, "", 422, "limit must be" },
        { "DELETE", "v1/connections/x", null, "", 404, "no connection 'x'" },
        { "DELETE", "v1/connections/99999999-1", null, "", 404, "no connection" },
        { "POST", "v1/backends/site/c", """{"weight":1}""", "application/json", 404, "Pool 'site' has no backend 'c'; its backends are a, b." },
        { "POST", "v1/backends/other/a", """{"weight":1}""", "application/json", 404, "There is no pool 'other'; the pools are site." },
        { "POST", "v1/backends/site/a", null, "", 422, "the body must say" },
        { "POST", "v1/backends/site/a", "{}", "application/json", 422, "a state or a weight" },
        { "POST", "v1/backends/site/a", "null", "application/json", 422, "was null" },
        { "POST", "v1/backends/site/a", """{"state":"ready"}""", "text/plain", 415, "application/json" },
        { "POST", "v1/backends/site/a", """{"state":"ready"}""", "application/json; charset=utf-8", 200, "" },
        { "POST", "v1/backends/site/a", """{"state":"gone"}""", "application/json", 422, "ready, draining, maintenance" },
        { "POST", "v1/backends/site/a", """{"state":1}""", "application/json", 422, "$.state" },
        { "POST", "v1/backends/site/a", """{"stat":"ready"}""", "application/json", 422, "$.stat" },
        { "POST", "v1/backends/site/a", """{"state":"ready" """, "application/json", 422, "not understood" },
        { "POST", "v1/backends/site/a", """{"state":"ready","state":"maintenance"}""", "application/json", 422, "$.state" },
        { "POST", "v1/backends/site/a", """{"weight":1,"weight":9}""", "application/json", 422, "$.weight" },
        { "POST", "v1/reload", """{"force":false,"force":true}""", "application/json", 422, "$.force" },
        { "POST", "v1/backends/site/a", """{"weight":-1}""", "application/json", 422, "from 0 to 65535" },
        { "POST", "v1/backends/site/a", """{"weight":65536}""", "application/json", 422, "from 0 to 65535" },
        { "POST", "v1/backends/site/a", """{"weight":1.5}""", "application/json", 422, "from 0 to 65535" },
        { "POST", "v1/backends/site/a", """{"weight":"1"}""", "application/json", 422, "from 0 to 65535" },
        { "POST", "v1/backends/site/a", """{"state":"ready","drainTimeout":"1s"}""", "application/json", 422, "belongs to state draining" },
        { "POST", "v1/backends/site/a", """{"state":"draining","drainTimeout":"60"}""", "application/json", 422, "a duration such as 60s" },
        { "POST", "v1/reload", """{"forse":true}""", "application/json", 422, "$.forse" },
        { "POST", "v1/reload", null, "", 409, "without a configuration file" },
        { "POST", "v1/diff", "listeners: {}", "text/yaml", 415, "application/yaml" },
        { "POST", "v1/diff", null, "", 422, "a whole configuration" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Send_WrongRequest_SaysWhy(string method, string path, string? body, string type, int status, string reason)
    {
        await using AdminStage stage = await AdminStage.StartAsync();

        (HttpStatusCode actual, JsonElement reply) = await stage.SendAsync(new HttpMethod(method), path, body, type);

        string error = reply.TryGetProperty("error", out JsonElement text) ? text.GetString()! : "";
        Assert.True((int)actual == status && error.Contains(reason, StringComparison.Ordinal), $"{(int)actual} {error}");
        Assert.DoesNotContain("LbEngine", error, StringComparison.Ordinal);
        Assert.Equal(2, stage.Balancer.GetStatus().Pools[0].Backends[0].Weight);
    }

    [Theory]
    [InlineData("v1/reload", "application/json", 64 * 1024, 64 * 1024 + 1)]
    [InlineData("v1/diff", "application/yaml", LoadBalancerOptionsReader.MaxDocumentBytes, LoadBalancerOptionsReader.MaxDocumentBytes + 1)]
    public async Task Send_BodyOverTheLimit_IsRefusedWith413(string path, string type, int allowed, int tooLarge)
    {
        await using AdminStage stage = await AdminStage.StartAsync();

        (HttpStatusCode first, _) = await stage.SendAsync(HttpMethod.Post, path, new string('#', allowed), type);
        (HttpStatusCode second, JsonElement reply) = await stage.SendAsync(HttpMethod.Post, path, new string('#', tooLarge), type);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.RequestEntityTooLarge), (first, second));
        Assert.Contains("too large", reply.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer s3cret-012345678")]
    [InlineData("Bearer s3cret-01234567890")]
    [InlineData("Bearer S3CRET-0123456789")]
    [InlineData("Basic s3cret-0123456789")]
    [InlineData("s3cret-0123456789")]
    public async Task Send_WithoutTheToken_IsRefusedWith401(string? authorization)
    {
        await using AdminStage stage = await AdminStage.StartAsync(loopback: true);

        foreach (string path in (string[])["v1/status", "v1/nothing", "openapi.json"])
        {
            (HttpStatusCode status, JsonElement reply) = await stage.SendAsync(HttpMethod.Get, path, token: authorization);

            Assert.Equal(HttpStatusCode.Unauthorized, status);
            Assert.Contains("token", reply.GetProperty("error").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Bearer s3cret-0123456789")]
    [InlineData("bearer  s3cret-0123456789")]
    public async Task Send_WithTheToken_IsAnswered(string authorization)
    {
        await using AdminStage stage = await AdminStage.StartAsync(loopback: true);

        (HttpStatusCode status, _) = await stage.SendAsync(HttpMethod.Get, "v1/status", token: authorization);

        Assert.Equal(HttpStatusCode.OK, status);
    }
}
