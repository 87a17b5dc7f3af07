// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Configuration;

namespace LbEngine.Tests.Configuration.Documents;

/// <summary>Documents that are no JSON or no YAML, or more than is read.</summary>
public class DocumentSyntaxTests
{
    [Theory]
    [InlineData("{\n  \"listeners\": {\n  ]\n}", "line 3: not JSON: ")]
    [InlineData("{} {}", "line 1: not JSON: ")]
    [InlineData("{\n\"a\": \"\\ud800\" }", "line 2: not JSON: a text has an escape that is no character")]
    [InlineData(" \n ", "the document is empty: write listeners and pools")]
    public void ReadJson_NotJson_NamesTheLine(string json, string expected)
    {
        ConfigurationError error = Assert.Single(Reading.ReadJson(json).Errors);

        Assert.StartsWith(expected, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ReadJson_SameMistakeAfterComments_CountsTheirLines()
    {
        ConfigurationError error = Reading.ReadJson("/* one\ntwo */ {\n// three\n\"transport\":\n\"fast\" }").Errors[^1];

        Assert.Equal("line 4: transport: must be one of auto, linux, sockets, was 'fast'", error.ToString());
    }

    [Fact]
    public void ReadJson_NameTwice_SaysBothLines()
    {
        string line = Reading.Lines(Reading.ReadJson("{\n\"reactors\": 1,\n\"reactors\": 2 }").Errors)[^1];

        Assert.Equal("line 3: reactors: this name is used twice; the first is on line 2; keep one", line);
    }

    [Theory]
    [InlineData("a: [", "the [ that opens here is not closed")]
    [InlineData("a: b: c", "has two names with a colon each")]
    [InlineData("a: \"\\q\"", "in double quotes a backslash means something else")]
    [InlineData("a: &x 1\nb: *y\n", "line 2: nothing above is marked with &y: write &y before the value that *y repeats")]
    [InlineData("a: &x { b: *x }\n", "line 1: nothing above is marked with &x")]
    [InlineData("a: 1\n<<: 2\n", "line 2: << takes a mapping or a list of mappings, such as *base for one that is marked with &base")]
    [InlineData("a: !!int 1\n", "line 1: tags are not read; write the value without one")]
    [InlineData("a: 1\n---\nb: 2\n", "line 2: a second document begins here; write one document per file")]
    [InlineData("? [x]\n: 1\n", "line 1: a name must be a text, was a list or a mapping")]
    public void ReadYaml_NotReadable_SaysWhy(string yaml, string expected)
    {
        ConfigurationError error = Assert.Single(Reading.ReadYaml(yaml).Errors);

        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
        Assert.NotNull(error.Line);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_NestedThousandfold_IsRefusedAndStaysAlive(bool yaml)
    {
        string text = string.Concat(Enumerable.Repeat("[", 10_000));

        ConfigurationError error = Assert.Single((yaml ? Reading.ReadYaml(text) : Reading.ReadJson(text)).Errors);

        Assert.Contains(yaml ? "deeper than 32" : "depth", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_MoreThanOneMebibyte_IsRefused(bool yaml)
    {
        string text = "{}" + new string(' ', LoadBalancerOptionsReader.MaxDocumentBytes);

        ConfigurationError error = Assert.Single((yaml ? Reading.ReadYaml(text) : Reading.ReadJson(text)).Errors);

        Assert.Equal("the document is larger than 1 MiB", error.Message);
    }

    [Fact]
    public void ReadJson_NotUtf8_IsRefused()
    {
        byte[] bytes = [.. "{ \"a\": \""u8, 0xFF, .. "\" }"u8];

        Assert.Equal("the document is not UTF-8 text", Assert.Single(LoadBalancerOptionsReader.ReadJson(bytes).Errors).Message);
    }

    [Fact]
    public void ReadJson_ByteOrderMark_IsSkipped()
    {
        byte[] bytes = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(FullDocumentTests.Json)];

        Assert.Empty(LoadBalancerOptionsReader.ReadJson(bytes).Errors);
    }

    [Fact]
    public void ReadYaml_AMebibyteOfUnknownNames_ReportsThemAllInTime()
    {
        string text = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"listenr{i}: 1\n"))[..1_000_000];
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        LoadBalancerOptionsReadResult result = Reading.ReadYaml(text[..text.LastIndexOf('\n')]);

        Assert.True(result.Errors.Count > 50_000);
        Assert.False(deadline.IsCancellationRequested, "Reading took more than 20 s.");
    }
}
