// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace LbEngine.Tests.ConsoleHost;

public class SchemaCommandTests
{
    [Fact]
    public async Task Schema_WithoutOptions_IsAJsonSchemaWithTheSectionsOfLb()
    {
        (int exitCode, string output, string errors) = await LbProcess.RunAsync("schema");

        using var schema = JsonDocument.Parse(output);
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.RootElement.GetProperty("$schema").GetString());
        Assert.True(schema.RootElement.GetProperty("properties").TryGetProperty("admin", out _));
    }

    [Fact]
    public async Task Schema_Markdown_IsThePageOfSettings()
    {
        (int exitCode, string output, string errors) = await LbProcess.RunAsync("schema", "--markdown");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.StartsWith("# Settings", output, StringComparison.Ordinal);
        Assert.Contains("## admin", output, StringComparison.Ordinal);
    }
}
