// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using LbEngine.ConsoleHost.Client;
using LbEngine.ConsoleHost.Help;
using LbEngine.ConsoleHost.Init;
using LbEngine.ConsoleHost.Manual;
using LbEngine.ConsoleHost.Shells;
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>The command line: <c>lb</c> alone, <c>lb run FILE</c>, <c>lb check FILE</c>, and the commands to a running balancer.</summary>
internal static class LbCommand
{
    /// <summary>The command that balances.</summary>
    public const string Run = "run";

    private const string Description = """
        A layer-4 load balancer. Without a command it shows itself: two small backends for TCP and two for UDP in its own process, and a balancer before them.

        Examples:
          lb                          see it work, then try: curl http://127.0.0.1:8080/
                                      and: echo hello | nc -u -w1 127.0.0.1 8080
          lb init                     write a first configuration, by a few questions
          lb check lb.yaml            say every mistake in a configuration, or that it is right
          lb schema > lb.schema.json  let an editor know the settings
          lb run lb.yaml              balance as the configuration says, until Ctrl-C or SIGTERM
          lb run lb.json --log-level debug    the same with a line for every connection and flow
          lb status                   what the running balancer does; then lb backends, lb connections
          lb drain site/a --wait 60s  take a backend out gently; lb ready site/a brings it back
          lb diff lb.yaml, lb reload  what an edited file would change, and do it
          lb doctor site/a            why a backend does not serve, and what to run next

        Signals: the first SIGINT or SIGTERM stops accepting and lets live connections and flows end (exit code 0);
        the second closes what is left at once (exit code 130). SIGHUP reloads the file of lb run.

        Exit codes: 0 done; 1 a mistake, or refused; 2 no balancer answers; 3 lb drain --wait: connections are left;
        4 lb status: it does not run, or a pool takes no new traffic; lb doctor: 1 a fault, 2 not examined; 130 a second signal ended the drain.
        """;

    private const string RunDescription = """
        Balance as FILE says, until SIGINT or SIGTERM. SIGHUP reloads FILE; a mistake in it leaves everything as it is.

        Examples:
          lb run lb.yaml
          lb run lb.yaml --watch --state /var/lib/lb/state.json
          lb run lb.yaml --take-over          a new version, while the old one still runs
        """;

    /// <summary>Does what the command line says; returns the exit code.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="signals">Those of this process, when they were taken already.</param>
    public static async Task<int> RunAsync(string[] arguments, HostSignals? signals)
    {
        ParseResult result = Create(signals).Parse(arguments);
        if (result.Action is not ParseErrorAction)
        {
            // The host has its own signals: the first one drains, so the parser's must not end the process after two seconds.
            return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        }

        foreach (string line in CommandMistake.Describe(result))
        {
            HostOutput.WriteError(line);
        }

        return ExitCode.Failure;
    }

    /// <param name="signals">Those of this process, when they were taken already.</param>
    public static RootCommand Create(HostSignals? signals = null)
    {
        var logLevel = new Option<LogLevel>("--log-level")
        {
            Description = $"The least important messages that are logged: {LogLevelName.Known}.",
            CustomParser = LogLevelName.Read,
            DefaultValueFactory = _ => LogLevel.Information,
            Recursive = true,
            HelpName = "LEVEL",
        };
        var logFormat = new Option<LogFormat>("--log-format")
        {
            Description = "How they are written: text, json, journal (a priority such as <4>, no time) or auto: journal under systemd, otherwise text.",
            DefaultValueFactory = _ => LogFormat.Auto,
            Recursive = true,
            HelpName = "FORMAT",
        };
        var port = new Option<int>("--port")
        {
            Description = "The port of the demo, TCP and UDP; 0 takes free ones.",
            DefaultValueFactory = _ => 8080,
            HelpName = "N",
        };
        port.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int value) && value is < 0 or > 65_535)
            {
                result.AddError($"--port must be from 0 to 65535, was {value}.");
            }
        });

        var root = new RootCommand(Description) { logLevel, logFormat, port };
        root.Options.OfType<HelpOption>().Single().Action = new HelpPageAction();
        root.SetAction((arguments, _) => DemoCommand.RunAsync(arguments.GetValue(port), arguments.GetValue(logLevel), arguments.GetValue(logFormat)));
        root.Subcommands.Add(CreateRun(logLevel, logFormat, signals));
        root.Subcommands.Add(CreateCheck());
        root.Subcommands.Add(InitCommand.Create());
        root.Subcommands.Add(SchemaCommand.Create());
        var admin = new AdminOptionSet();
        foreach (Command command in ReadCommands.Create(admin).Concat(BackendCommands.Create(admin)).Concat(ChangeCommands.Create(admin)))
        {
            root.Subcommands.Add(command);
        }

        root.Subcommands.Add(DoctorCommand.Create(admin));
        root.Subcommands.Add(CompletionCommand.Create(root));
        root.Subcommands.Add(ManualCommand.Create(root));
        return root;
    }

    private static Command CreateRun(Option<LogLevel> logLevel, Option<LogFormat> logFormat, HostSignals? signals)
    {
        Argument<string> file = CreateFile();
        var state = new Option<string?>("--state")
        {
            Description = "Keeps what is set at run time (drain, maintenance, weight) over a restart. Under systemd with StateDirectory= a file there.",
            DefaultValueFactory = _ => DefaultStateFile(),
            HelpName = "FILE",
        };
        var watch = new Option<bool>("--watch") { Description = "Reload when FILE changes; otherwise on SIGHUP and lb reload alone." };
        var takeOver = new Option<bool>("--take-over")
        {
            Description = "Replace the balancer at the admin socket file of FILE, such as an older version: "
                + "go on with its listening sockets and let it drain. Nobody is refused. Linux transport.",
        };
        var run = new Command(Run, RunDescription) { file, state, watch, takeOver };
        run.SetAction(async (arguments, _) =>
        {
            var settings = new RunSettings(
                arguments.GetRequiredValue(file),
                arguments.GetValue(state),
                arguments.GetValue(watch),
                arguments.GetValue(takeOver),
                arguments.GetValue(logLevel),
                arguments.GetValue(logFormat));
            return await RunCommand.RunAsync(settings, signals ?? new HostSignals(reloads: true));
        });
        return run;
    }

    private static Command CreateCheck()
    {
        Argument<string> file = CreateFile();
        var check = new Command("check", "Say every mistake in FILE (exit code 1), or that it is right (exit code 0).") { file };
        check.SetAction(arguments => CheckCommand.Run(arguments.GetRequiredValue(file)));
        return check;
    }

    private static string? DefaultStateFile() =>
        Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } directory ? Path.Combine(directory.Split(':')[0], "state.json") : null;

    private static Argument<string> CreateFile() => new("FILE") { Description = "A configuration in YAML or JSON." };
}
