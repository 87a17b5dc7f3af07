// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LbEngine.Admin.Messages;
using LbEngine.Tests.ConsoleHost.Admin;

namespace LbEngine.Tests.Admin.Api;

/// <summary>The documentation says what the interface does: nothing more, nothing less.</summary>
public class OpenApiTests
{
    [Fact]
    public async Task Schemas_OfTheDocument_AreTheMessages()
    {
        JsonElement schemas = (await ReadAsync()).GetProperty("components").GetProperty("schemas");
        IEnumerable<Type> messages = typeof(StatusMessage).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(StatusMessage).Namespace && type.Name.EndsWith("Message", StringComparison.Ordinal));

        Assert.Equal(messages.Select(type => type.Name).Order(), schemas.EnumerateObject().Select(schema => schema.Name).Order());
        foreach (Type message in messages)
        {
            JsonTypeInfo type = AdminJson.Default.GetTypeInfo(message) ?? throw new InvalidOperationException($"{message.Name} is not among the generated types.");
            IEnumerable<string> documented = schemas.GetProperty(message.Name).GetProperty("properties").EnumerateObject().Select(property => property.Name);
            Assert.True(
                type.Properties.Select(property => property.Name).Order().SequenceEqual(documented.Order()),
                $"{message.Name} has {string.Join(", ", type.Properties.Select(property => property.Name))}; documented: {string.Join(", ", documented)}");
        }
    }

    [Fact]
    public async Task References_InTheDocument_LeadSomewhere()
    {
        JsonElement document = await ReadAsync();
        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        List<string> references = [];
        Collect(document, references);

        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.True(schemas.TryGetProperty(reference.Replace("#/components/schemas/", "", StringComparison.Ordinal), out _), reference));
    }

    private static async Task<JsonElement> ReadAsync()
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        (HttpStatusCode status, JsonElement document) = await stage.SendAsync(HttpMethod.Get, "openapi.json");
        Assert.Equal(HttpStatusCode.OK, status);
        return document;
    }

    private static void Collect(JsonElement element, List<string> references)
    {
        foreach (JsonProperty property in element.ValueKind == JsonValueKind.Object ? element.EnumerateObject().ToArray() : [])
        {
            if (property.Name == "$ref")
            {
                references.Add(property.Value.GetString()!);
            }

            Collect(property.Value, references);
        }

        foreach (JsonElement item in element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().ToArray() : [])
        {
            Collect(item, references);
        }
    }
}
