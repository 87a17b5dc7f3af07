// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Json;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.Tests.Architecture;

namespace LbEngine.Tests.Documentation;

/// <summary>What a reader copies works: configurations pass the check, code is code that is compiled elsewhere.</summary>
public sealed class SnippetTests
{
    public static TheoryData<string, int> Configurations() => Blocks("yaml", "json");

    public static TheoryData<string, int> Code() => Blocks("csharp");

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Configuration_OfAPage_PassesTheCheck(string page, int line)
    {
        CodeBlock block = Find(page, line);
        LoadBalancerOptionsReadResult result = block.Language == "json"
            ? ConfigurationFile.Read(Encoding.UTF8.GetBytes(WithoutSection(block.Text)), isJson: true)
            : ConfigurationFile.Read(Encoding.UTF8.GetBytes(block.Text), isJson: false);

        Assert.Equal([], result.Errors.Select(error => error.ToString()));
    }

    [Theory]
    [MemberData(nameof(Code))]
    public void Code_OfAPage_StandsInAFileThatIsCompiled(string page, int line)
    {
        string[] block = Find(page, line).Lines;
        IEnumerable<string> files = SourceTree.Files("samples").Concat(SourceTree.Files("Engine.Tests/Documentation/Snippets"));

        bool isCompiled = files.Any(file => Contains(SourceTree.Lines(file), block));

        Assert.True(isCompiled, $"{page}:{line}: neither samples nor Engine.Tests/Documentation/Snippets has this code");
    }

    [Fact]
    public void Blocks_OfThePages_AreFound()
    {
        Assert.True(Configurations().Count >= 5);
        Assert.True(Code().Count >= 5);
    }

    private static TheoryData<string, int> Blocks(params string[] languages)
    {
        var data = new TheoryData<string, int>();
        foreach (MarkdownFile page in MarkdownFile.Pages)
        {
            foreach (CodeBlock block in page.Blocks.Where(block => languages.Contains(block.Language)))
            {
                data.Add(page.Path, block.Line);
            }
        }

        return data;
    }

    private static CodeBlock Find(string page, int line) => MarkdownFile.Get(page).Blocks.Single(block => block.Line == line);

    /// <summary>A host's file has the engine's configuration in a section.</summary>
    private static string WithoutSection(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("LoadBalancer", out JsonElement section) ? section.GetRawText() : json;
    }

    /// <summary>The usings each for itself, the rest in one piece, however far it is indented.</summary>
    private static bool Contains(string[] file, string[] block)
    {
        bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';');
        string[] body = [.. block.Where(line => !IsUsing(line)).SkipWhile(string.IsNullOrEmpty)];
        return block.Where(IsUsing).All(file.Contains) && Enumerable.Range(0, file.Length).Any(start => Matches(file.AsSpan(start), body));
    }

    private static bool Matches(ReadOnlySpan<string> file, string[] body)
    {
        if (file.Length < body.Length)
        {
            return false;
        }

        int indent = Math.Max(0, file[0].IndexOf(body[0], StringComparison.Ordinal));
        for (int i = 0; i < body.Length; i++)
        {
            if (file[i] != (body[i].Length == 0 ? "" : new string(' ', indent) + body[i]))
            {
                return false;
            }
        }

        return true;
    }
}
