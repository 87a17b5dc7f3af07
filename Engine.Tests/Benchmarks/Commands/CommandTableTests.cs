// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Commands;

namespace LbEngine.Tests.Benchmarks.Commands;

public sealed class CommandTableTests : IDisposable
{
    private readonly List<string> _passed = [];
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    [Theory]
    [InlineData]
    [InlineData("help")]
    [InlineData("--help")]
    public void Run_NoCommand_ListsEachWithItsLineAndExample(params string[] words)
    {
        int exitCode = CreateTable().Run(words, _output, _errors);

        Assert.Equal(0, exitCode);
        Assert.Contains("  first      One thing.\n             -- first --loud", Lines(_output), StringComparison.Ordinal);
        Assert.Contains("  another    Another thing.\n             -- another", Lines(_output), StringComparison.Ordinal);
        Assert.Empty(_passed);
    }

    [Fact]
    public void Run_KnownCommand_GetsTheWordsBehindItsNameAndGivesItsExitCode()
    {
        int exitCode = CreateTable().Run(["first", "--only", "x", "another"], _output, _errors);

        Assert.Equal(7, exitCode);
        Assert.Equal(["--only", "x", "another"], _passed);
    }

    [Fact]
    public void Run_UnknownCommand_NamesItAndRunsNothing()
    {
        int exitCode = CreateTable().Run(["--filter", "*"], _output, _errors);

        Assert.Equal(2, exitCode);
        Assert.StartsWith("There is no '--filter'.", _errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("first --loud", _errors.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public void Run_CommandRefusesItsWords_SaysWhyWithAnExample()
    {
        int exitCode = CreateTable().Run(["another"], _output, _errors);

        Assert.Equal(2, exitCode);
        Assert.Equal($"--size is missing.\nExample: {CommandTable.Program} -- another\n", Lines(_errors));
    }

    [Fact]
    public void Run_CommandCannotRunHere_SaysWhyAndNothingElse()
    {
        int exitCode = CreateTable().Run(["elsewhere"], _output, _errors);

        Assert.Equal(1, exitCode);
        Assert.Equal("wrk is missing.\n", Lines(_errors));
    }

    private static string Lines(StringWriter writer) => writer.ToString().ReplaceLineEndings("\n");

    private CommandTable CreateTable() => new(
    [
        new("first", "One thing.", "first --loud", Keep),
        new("another", "Another thing.", "another", _ => throw new ArgumentException("--size is missing.")),
        new("elsewhere", "Not here.", "elsewhere", _ => throw new CannotRunException("wrk is missing.")),
    ]);

    private int Keep(IReadOnlyList<string> words)
    {
        _passed.AddRange(words);
        return 7;
    }
}
