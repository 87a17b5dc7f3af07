// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Commands;
using LbEngine.ConsoleHost.Help;
using LbEngine.ConsoleHost.Shells;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.ConsoleHost.Shells;

public class CompletionTests
{
    private static readonly IReadOnlyList<ShellCommand> Commands = ShellCommand.All(LbCommand.Create());

    [PeerTheory("/bin/bash")]
    [InlineData("lb dr", "drain")]
    [InlineData("lb --log-level war", "warning")]
    [InlineData("lb --log-level inf", "info")]
    [InlineData("lb run --log-format j", "json journal")]
    [InlineData("lb drain ", "site/a site/b")]
    [InlineData("lb drain --wait 60s site/", "site/a site/b")]
    [InlineData("lb weight site/a ", "")]
    [InlineData("lb run s", "site.yaml")]
    [InlineData("lb --port 80 run --state s", "site.yaml")]
    [InlineData("lb doctor s", "site.yaml site/a site/b")]
    [InlineData("lb run --ta", "--take-over")]
    [InlineData("lb completion ", "bash zsh fish")]
    public async Task Bash_ALine_IsOfferedWhatComesNext(string line, string offered)
    {
        string script = BashScript.Write(Commands) + $$"""
            line='{{line}}'
            read -ra COMP_WORDS <<<"$line"
            [ "${line% }" = "$line" ] || COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _lb
            echo "${COMPREPLY[*]}"
            """;

        Assert.Equal(offered, (await Shell.RunAsync("bash", script, "--norc")).Trim());
    }

    [PeerTheory("/usr/bin/fish")]
    [InlineData("lb dr", "drain")]
    [InlineData("lb --log-level war", "warning")]
    [InlineData("lb drain ", "site/a site/b")]
    [InlineData("lb run s", "site.yaml")]
    [InlineData("lb doctor s", "site.yaml site/a site/b")]
    [InlineData("lb run --ta", "--take-over")]
    public async Task Fish_ALine_IsOfferedWhatComesNext(string line, string offered)
    {
        string output = await Shell.RunAsync("fish", $"{FishScript.Write(Commands)}complete -C '{line}'\n", "--no-config");

        Assert.Equal(offered, string.Join(' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('\t')[0]).Order()));
    }

    /// <summary>zsh completes on a terminal only: its zpty makes one.</summary>
    [PeerTheory("/usr/bin/zsh")]
    [InlineData("lb dra", "lb drain")]
    [InlineData("lb drain site/a --wai", "lb drain site/a --wait")]
    [InlineData("lb --log-level war", "lb --log-level warning")]
    [InlineData("lb completion fi", "lb completion fish")]
    [InlineData("lb run si", "lb run site.yaml")]
    public async Task Zsh_ALine_IsCompleted(string line, string completed)
    {
        using var directory = new TemporaryDirectory();
        string file = Path.Combine(directory.Path, "_lb");
        await File.WriteAllTextAsync(file, ZshScript.Write(Commands));
        string script = $$"""
            zmodload zsh/zpty
            zpty shell 'TERM=dumb zsh -f -i'
            zpty -w shell 'PS1="" ; autoload -Uz compinit ; compinit -u -D ; source {{file}} ; show() { print -r -- "<<$BUFFER>>" ; } ; zle -N show ; bindkey "^X" show ; echo re""ady'
            zpty -r -m shell said '*ready*' >/dev/null
            zpty -w -n shell $'{{line}}\t\x18'
            zpty -r -m shell said '*<<*>>*'
            print -r -- "${${said##*<<}%%>>*}"
            zpty -d shell
            """;

        Assert.Equal(completed, (await Shell.RunAsync("zsh", script, "-f")).Trim());
    }

    [Fact]
    public void Scripts_OfAllShells_KnowEveryCommandAndOption()
    {
        string[] scripts = [BashScript.Write(Commands), ZshScript.Write(Commands), FishScript.Write(Commands)];

        Assert.All(LbCommand.Create().Subcommands.Where(command => !command.Hidden), command => Assert.All(scripts, script =>
        {
            Assert.Contains(command.Name, script, StringComparison.Ordinal);
            Assert.All(CommandText.Options(command), option => Assert.Contains(option.Name[2..], script, StringComparison.Ordinal));
        }));
    }

    /// <summary>The scripts skip the value of an option before they know the command.</summary>
    [Fact]
    public void Options_OfOneName_TakeAValueInEveryCommandOrInNone() => Assert.All(
        Commands.SelectMany(command => command.Options).GroupBy(option => option.LongName),
        options => Assert.Single(options.Select(option => option.Value is not null).Distinct()));

    [Fact]
    public async Task Completion_UnknownShell_SaysWhichThereAre()
    {
        using var console = new CapturedConsole();

        Assert.Equal(1, await LbCommand.RunAsync(["completion", "tcsh"], signals: null));

        Assert.StartsWith("SHELL is bash, zsh or fish, was 'tcsh'.\n", console.Errors, StringComparison.Ordinal);
    }
}
