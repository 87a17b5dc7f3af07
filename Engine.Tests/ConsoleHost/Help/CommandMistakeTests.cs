// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Commands;
using LbEngine.ConsoleHost.Help;

namespace LbEngine.Tests.ConsoleHost.Help;

public class CommandMistakeTests
{
    [Theory]
    [InlineData("runn lb.yaml", "there is no command 'runn'; did you mean run?", "lb [COMMAND] [options]", "lb")]
    [InlineData("statu", "there is no command 'statu'; did you mean status?", "lb [COMMAND] [options]", "lb")]
    [InlineData("frobnicate", "there is no command 'frobnicate'", "lb [COMMAND] [options]", "lb")]
    [InlineData("--prot 80", "lb has no option --prot; did you mean --port?", "lb [COMMAND] [options]", "lb")]
    [InlineData("--port x", "--port must be a whole number, was 'x'", "lb [COMMAND] [options]", "lb")]
    [InlineData("--port", "--port needs a value: --port N", "lb [COMMAND] [options]", "lb")]
    [InlineData("run", "lb run needs FILE", "lb run FILE [options]", "lb run")]
    [InlineData("run a.yaml b.yaml", "lb run does not know what to do with 'b.yaml'", "lb run FILE [options]", "lb run")]
    [InlineData("status --jsn", "lb status has no option --jsn; did you mean --json?", "lb status [options]", "lb status")]
    [InlineData("status --nope=1", "lb status has no option --nope", "lb status [options]", "lb status")]
    [InlineData("weight", "lb weight needs POOL/BACKEND and N", "lb weight POOL/BACKEND N [options]", "lb weight")]
    [InlineData("weight site/a", "lb weight needs N", "lb weight POOL/BACKEND N [options]", "lb weight")]
    [InlineData("connections --limit x", "--limit must be a whole number, was 'x'", "lb connections [options]", "lb connections")]
    [InlineData("drain a", "A backend is named POOL/BACKEND, such as site/a, was 'a'.", "lb drain POOL/BACKEND [options]", "lb drain")]
    [InlineData("doctor a b c", "lb doctor does not know what to do with 'c'", "lb doctor [WHAT] [options]", "lb doctor")]
    public void Describe_WrongCommandLine_SaysWhatIsWrongTheUsageAndWhereHelpIs(string line, string wrong, string usage, string command)
    {
        string[] said = [.. CommandMistake.Describe(LbCommand.Create().Parse(line))];

        Assert.Equal([wrong, $"usage: {usage}", $"help: {command} --help"], said);
    }

    [Fact]
    public async Task RunAsync_WrongCommandLine_SaysThreeLinesAndExitsWith1()
    {
        using var console = new CapturedConsole();

        int exitCode = await LbCommand.RunAsync(["run"], signals: null);

        Assert.Equal((1, "", "lb run needs FILE\nusage: lb run FILE [options]\nhelp: lb run --help\n"), (exitCode, console.Output, console.Errors));
    }
}
