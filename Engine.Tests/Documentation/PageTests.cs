// SPDX-License-Identifier: MIT
using LbEngine.Tests.Architecture;

namespace LbEngine.Tests.Documentation;

/// <summary>Pages stay short and readable where they are read: in an editor, in a terminal, beside code.</summary>
public sealed class PageTests
{
    private const int LongestReadme = 170;
    private const int WidestLine = 120;

    [Fact]
    public void Readme_OfTheRepository_IsOneScreen()
    {
        Assert.InRange(MarkdownFile.Get("README.md").Lines.Length, 1, LongestReadme);
    }

    [Fact]
    public void Lines_OfPages_AreOfReadableWidth()
    {
        string[] wide = [.. MarkdownFile.Pages.SelectMany(file => file.Lines
            .Select((text, index) => (Text: text, Line: index + 1))
            .Where(line => line.Text.Length > WidestLine && !line.Text.StartsWith('|'))
            .Select(line => $"{file.Path}:{line.Line}: {line.Text.Length} columns"))];

        Assert.Empty(wide);
    }

    [Fact]
    public void Manual_EveryPage_BeginsWithATitle()
    {
        string[] wrong = [.. MarkdownFile.All
            .Where(file => file.IsOfTheManual && !file.Lines[0].StartsWith("# ", StringComparison.Ordinal))
            .Select(file => file.Path)];

        Assert.Empty(wrong);
    }

    [Fact]
    public void TestCommand_OfContinuousIntegration_StandsInTheReadme()
    {
        string[] commands = [.. SourceTree.Lines(".ci/run").Where(line => line.StartsWith("dotnet test ", StringComparison.Ordinal))];
        string readme = string.Join('\n', MarkdownFile.Get("README.md").Lines);

        Assert.NotEmpty(commands);
        Assert.All(commands, command => Assert.Contains($"`{command}`", readme, StringComparison.Ordinal));
    }
}
