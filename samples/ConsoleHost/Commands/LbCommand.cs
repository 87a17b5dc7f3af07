// SPDX-License-Identifier: MIT
using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>The command line: <c>lb</c>, <c>lb run FILE</c>, <c>lb check FILE</c>.</summary>
internal static class LbCommand
{
    private const string Description = """
        A layer-4 load balancer. Without a command it shows itself: two small backends for TCP and two for UDP in its own process, and a balancer before them.

        Examples:
          lb                          see it work, then try: curl http://127.0.0.1:8080/
                                      and: echo hello | nc -u -w1 127.0.0.1 8080
          lb check lb.yaml            say every mistake in a configuration, or that it is right
          lb run lb.yaml              balance as the configuration says, until Ctrl-C or SIGTERM
          lb run lb.json --log-level debug    the same with a line for every connection and flow

        Signals: the first SIGINT or SIGTERM stops accepting and lets live connections and flows end (exit code 0);
        the second closes what is left at once (exit code 130).
        """;

    public static RootCommand Create()
    {
        var logLevel = new Option<LogLevel>("--log-level")
        {
            Description = "The least important messages that are logged: trace, debug, information, warning, error, critical or none.",
            DefaultValueFactory = _ => LogLevel.Information,
            Recursive = true,
            HelpName = "LEVEL",
        };
        var port = new Option<int>("--port") { Description = "The port of the demo, TCP and UDP; 0 takes free ones.", DefaultValueFactory = _ => 8080, HelpName = "N" };
        port.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int value) && value is < 0 or > 65_535)
            {
                result.AddError($"--port must be from 0 to 65535, was {value}.");
            }
        });

        var root = new RootCommand(Description) { logLevel, port };
        root.SetAction((arguments, _) => DemoCommand.RunAsync(arguments.GetValue(port), arguments.GetValue(logLevel)));
        root.Subcommands.Add(CreateRun(logLevel));
        root.Subcommands.Add(CreateCheck());
        return root;
    }

    private static Command CreateRun(Option<LogLevel> logLevel)
    {
        Argument<string> file = CreateFile();
        var run = new Command("run", "Balance as FILE says, until SIGINT or SIGTERM.") { file };
        run.SetAction((arguments, _) => RunCommand.RunAsync(arguments.GetRequiredValue(file), arguments.GetValue(logLevel)));
        return run;
    }

    private static Command CreateCheck()
    {
        Argument<string> file = CreateFile();
        var check = new Command("check", "Say every mistake in FILE (exit code 1), or that it is right (exit code 0).") { file };
        check.SetAction(arguments => CheckCommand.Run(arguments.GetRequiredValue(file)));
        return check;
    }

    private static Argument<string> CreateFile() => new("FILE") { Description = "A configuration in YAML or JSON." };
}
