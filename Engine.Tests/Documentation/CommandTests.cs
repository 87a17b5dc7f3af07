// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Text.RegularExpressions;
using LbEngine.ConsoleHost.Commands;
using LbEngine.Tests.Architecture;

namespace LbEngine.Tests.Documentation;

/// <summary>Commands of the pages exist, with the options that they are shown with.</summary>
public sealed partial class CommandTests
{
    [Fact]
    public void Commands_OfLb_AreUnderstood()
    {
        RootCommand root = LbCommand.Create();

        string[] wrong = [.. ShellLines().SelectMany(line => LbCommands(line.Text)
            .SelectMany(command => root.Parse(command).Errors.Select(error => $"{line.Where}: lb {command}: {error.Message}")))];

        Assert.Empty(wrong);
    }

    [Fact]
    public void Projects_OfDotnetCommands_Exist()
    {
        string[] missing = [.. ShellLines().SelectMany(line => Project().Matches(line.Text)
            .Where(match => !Directory.Exists(Path.Combine(SourceTree.Root, match.Groups[1].Value)))
            .Select(match => $"{line.Where}: {match.Value}"))];

        Assert.Empty(missing);
    }

    [Fact]
    public void Commands_OfThePages_AreFound()
    {
        Assert.Contains("status", ShellLines().SelectMany(line => LbCommands(line.Text)));
        Assert.Contains("check lb.yaml", ShellLines().SelectMany(line => LbCommands(line.Text)));
    }

    private static IEnumerable<(string Where, string Text)> ShellLines() => MarkdownFile.Pages.SelectMany(page => page.Blocks
        .Where(block => block.Language == "sh")
        .SelectMany(block => block.Lines.Select((text, index) => ($"{page.Path}:{block.Line + 1 + index}", Comment().Replace(text, "")))));

    /// <summary>What stands after <c>lb</c>, or after <c>--</c> when it is started by the SDK.</summary>
    private static IEnumerable<string> LbCommands(string line) => Separator().Split(line)
        .Select(part => Lb().Match(part.Trim()))
        .Where(match => match.Success)
        .Select(match => match.Groups[1].Value.Trim());

    [GeneratedRegex(@"\s+#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"&&|;|\||&|>")]
    private static partial Regex Separator();

    [GeneratedRegex(@"^(?:lb|dotnet run --project samples/ConsoleHost --) (.+)$")]
    private static partial Regex Lb();

    [GeneratedRegex(@"(?:--project|dotnet (?:build|publish|test|pack)) ([A-Za-z][\w./]*)")]
    private static partial Regex Project();
}
