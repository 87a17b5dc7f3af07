// SPDX-License-Identifier: MIT
using System.CommandLine;
using LbEngine.ConsoleHost.Client;
using LbEngine.ConsoleHost.Commands;

namespace LbEngine.ConsoleHost.Shells;

/// <summary><c>lb completion</c>: scripts by which shells complete commands, options and names of backends.</summary>
internal static class CompletionCommand
{
    /// <summary>What help calls the argument.</summary>
    public const string Shell = "SHELL";

    public static readonly IReadOnlyList<string> Shells = ["bash", "zsh", "fish"];

    /// <summary>What the scripts themselves ask for.</summary>
    private const string Backends = "backends";

    private const string Description = """
        Print a script by which a shell completes commands, options, files, and backends of the running balancer.
        SHELL is bash, zsh or fish; packages bring the scripts along.

        Examples:
          source <(lb completion bash)
          lb completion zsh > /usr/local/share/zsh/site-functions/_lb
          lb completion fish > ~/.config/fish/completions/lb.fish
        """;

    /// <param name="root">All commands; those that are added later take part.</param>
    public static Command Create(RootCommand root)
    {
        var shell = new Argument<string>(Shell) { Description = $"{string.Join(", ", Shells)}; {Backends} prints what these ask for." };
        shell.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is string text && !Shells.Append(Backends).Contains(text))
            {
                result.AddError($"SHELL is bash, zsh or fish, was '{text}'.");
            }
        });
        var completion = new Command("completion", Description) { shell };
        completion.SetAction(arguments =>
        {
            IReadOnlyList<ShellCommand> commands = ShellCommand.All(root);
            HostOutput.WriteText((arguments.GetRequiredValue(shell) switch
            {
                "bash" => BashScript.Write(commands),
                "zsh" => ZshScript.Write(commands),
                "fish" => FishScript.Write(commands),
                _ => string.Join('\n', BackendCompletion.Find()),
            }).TrimEnd('\n'));
            return ExitCode.Success;
        });
        return completion;
    }
}
