// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Json.Schema;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.Tests.Configuration.Documents;

namespace LbEngine.Tests.Configuration;

/// <summary>The schema for editors passes what the reader passes, and finds the mistakes that a schema can find.</summary>
public class ConfigurationSchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(ConfigurationSchema.ToJson(LbSections.All));

    /// <summary>What only the reader can know: durations have ranges, addresses overlap, names stand for something.</summary>
    private static readonly string[] BeyondASchema =
    [
        "a number that might be octal",
        "a duration that no clock holds",
        "a duration that is too short",
        "a misspelt name beside the right one hides none of the other mistakes",
        "more patience for the first reply than for all others",
        "a range of statuses that runs backwards",
        "a certificate that is not checked where there is none",
        "a body that HEAD never gets",
        "a fast interval that is slower",
        "an admin address without a token",
        "an admin address that others can reach",
        "an admin token that can be guessed",
        "an admin socket without a file",
        "a name that is used twice, with both lines",
        "a backend that is there twice",
        "nothing at all",
        "a text instead of a document",
    ];

    public static TheoryData<string, string> WrongDocuments()
    {
        var documents = new TheoryData<string, string>();
        foreach (object[] row in DocumentMistakeTests.Rows)
        {
            if (!BeyondASchema.Contains(row[0]))
            {
                documents.Add((string)row[0], (string)row[1]);
            }
        }

        return documents;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Schema_EverySetting_Passes(bool isWrittenAnew)
    {
        string yaml = FullDocumentTests.Yaml;

        Assert.Empty(Mistakes(YamlTree(isWrittenAnew ? LoadBalancerOptionsWriter.ToYaml(Reading.ReadYaml(yaml).Options) : yaml)));
    }

    [Fact]
    public void Schema_AnyWrittenOptions_Pass() =>
        Prop.ForAll(RandomOptions.Arbitrary(), options => Mistakes(JsonNode.Parse(LoadBalancerOptionsWriter.ToJson(options))!).Count == 0)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithReplay(42, 43));

    [Theory]
    [InlineData("{ \"$schema\": \"x.json\", DOCUMENT }")]
    [InlineData("{ \"$schema\": \"x.json\", \"LoadBalancer\": { DOCUMENT } }")]
    public void Schema_DocumentThatNamesIt_PassesAndIsRead(string frame)
    {
        const string Document = """
            "listeners": { "a": { "bind": "0.0.0.0:80", "pool": "p" } }, "pools": { "p": { "backends": { "a": { "address": "h:80" } } } }
            """;
        string json = frame.Replace("DOCUMENT", Document, StringComparison.Ordinal);

        Assert.Empty(Mistakes(JsonNode.Parse(json)!));
        Assert.Empty(Reading.Lines(Reading.ReadJson(json).Errors));
    }

    [Theory]
    [MemberData(nameof(WrongDocuments))]
    public void Schema_WrongDocument_IsFound(string sentence, string yaml) =>
        Assert.True(Mistakes(YamlTree(yaml)).Count > 0, $"The schema passes {sentence}:\n{yaml}");

    private static List<string> Mistakes(JsonNode document)
    {
        var options = new EvaluationOptions { OutputFormat = OutputFormat.List };
        EvaluationResults results = Schema.Evaluate(JsonSerializer.SerializeToElement(document), options);
        IEnumerable<string> details = (results.Details ?? [])
            .Where(one => one.Errors is { Count: > 0 })
            .Select(one => $"{one.InstanceLocation}: {string.Join("; ", one.Errors!.Values)}");
        return results.IsValid ? [] : [.. details, "the document is wrong"];
    }

    /// <summary>What an editor makes of YAML: numbers and truth values are no texts.</summary>
    private static JsonNode YamlTree(string yaml)
    {
        bool isRead = YamlDocument.TryRead(Encoding.UTF8.GetBytes(yaml), out ConfigurationNode root, out ConfigurationError error);
        Assert.True(isRead, error.Message);
        return ToJson(root)!;
    }

    private static JsonNode? ToJson(ConfigurationNode node)
    {
        if (node.Kind == ConfigurationNodeKind.Mapping)
        {
            var json = new JsonObject();
            foreach (ConfigurationEntry entry in node.Entries)
            {
                json[entry.Key] = ToJson(entry.Value);
            }

            return json;
        }

        return node.Kind switch
        {
            ConfigurationNodeKind.Null => null,
            ConfigurationNodeKind.Sequence => new JsonArray([.. node.Items.Select(ToJson)]),
            _ when decimal.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) => JsonValue.Create(number),
            _ when node.Text is "true" or "false" => JsonValue.Create(node.Text == "true"),
            _ => JsonValue.Create(node.Text),
        };
    }
}
