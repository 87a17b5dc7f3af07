// SPDX-License-Identifier: MIT
using System.CommandLine;
using LbEngine.ConsoleHost.Commands;
using LbEngine.ConsoleHost.Help;

namespace LbEngine.Tests.ConsoleHost.Help;

public class HelpPageTests
{
    private const int Screen = 60;

    [Fact]
    public void Write_Root_FitsAScreenAndHasALineForEachCommand()
    {
        RootCommand root = LbCommand.Create();

        string[] lines = HelpPage.Write(root, width: 160).Split('\n');

        Assert.True(lines.Length <= Screen, $"{lines.Length} lines");
        Assert.All(CommandText.Commands(root), command => Assert.Single(lines, line => line.StartsWith($"  {command.Name} ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Write_Command_HasItsArgumentsAndOptionsAndThoseOfEveryCommand()
    {
        Command run = LbCommand.Create().Subcommands.Single(command => command.Name == "run");

        string page = HelpPage.Write(run, width: 100);

        Assert.Contains("\nUsage:\n  lb run FILE [options]\n", page, StringComparison.Ordinal);
        Assert.Contains("\nArguments:\n  FILE  ", page, StringComparison.Ordinal);
        Assert.Contains("\n  --state FILE ", page, StringComparison.Ordinal);
        Assert.Contains("\n  --log-level LEVEL ", page, StringComparison.Ordinal);
        Assert.Contains("trace, debug, info, ", page, StringComparison.Ordinal);
        Assert.Contains("[default: info]", page, StringComparison.Ordinal);
        Assert.Contains("[default: auto]", page, StringComparison.Ordinal);
        Assert.DoesNotContain("--port", page, StringComparison.Ordinal);
        Assert.All(page.Split("Options:")[1].Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("run --help")]
    [InlineData("run -h")]
    public async Task RunAsync_Help_PrintsAPageAndExitsWith0(string line)
    {
        using var console = new CapturedConsole();

        int exitCode = await LbCommand.RunAsync(line.Split(' '), signals: null);

        Assert.Equal((0, ""), (exitCode, console.Errors));
        Assert.StartsWith("Description:\n", console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OfEveryCommand_TakeAValueExactlyWhenTheyHaveANameForIt() => Assert.All(
        LbCommand.Create().Subcommands.SelectMany(command => command.Options).Concat(LbCommand.Create().Options),
        option => Assert.Equal(
            option.ValueType != typeof(bool) && option.ValueType != typeof(void) && option.Arity.MaximumNumberOfValues > 0,
            CommandText.TakesValue(option)));
}
