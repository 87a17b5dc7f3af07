// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json;

namespace LbEngine.Tests.ConsoleHost.Admin;

/// <summary>What <c>lb</c> adds to the documentation of the admin API.</summary>
public class AdminDocumentTests
{
    [Fact]
    public async Task Document_OfLb_NamesItsServersAndTheToken()
    {
        await using AdminStage stage = await AdminStage.StartAsync();

        (HttpStatusCode status, JsonElement document) = await stage.SendAsync(HttpMethod.Get, "openapi.json");

        Assert.Equal((HttpStatusCode.OK, "lb admin interface"), (status, document.GetProperty("info").GetProperty("title").GetString()));
        Assert.Equal(["http://localhost", "http://127.0.0.1:9900"], document.GetProperty("servers").EnumerateArray().Select(server => server.GetProperty("url").GetString()));
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString());
        JsonProperty[] operations = [.. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject())];
        Assert.Equal(10, operations.Length);
        Assert.All(operations, operation => Assert.True(operation.Value.GetProperty("responses").TryGetProperty("401", out _), operation.Name));
    }

    [Fact]
    public async Task Document_OfLb_TakesConfigurationsInYamlAndJson()
    {
        await using AdminStage stage = await AdminStage.StartAsync();

        (_, JsonElement document) = await stage.SendAsync(HttpMethod.Get, "openapi.json");

        JsonElement body = document.GetProperty("paths").GetProperty("/v1/diff").GetProperty("post").GetProperty("requestBody").GetProperty("content");
        Assert.Equal(["application/yaml", "application/json"], body.EnumerateObject().Select(type => type.Name));
    }
}
