// SPDX-License-Identifier: MIT
using System.CommandLine;
using LbEngine.ConsoleHost.Commands;

namespace LbEngine.ConsoleHost.Init;

/// <summary><c>lb init</c>: writes a first configuration.</summary>
internal static class InitCommand
{
    private const string StandardOutput = "-";

    private const string Description = """
        Write a first configuration, with comments. On a terminal it asks for what it needs; with --backend it asks nothing.
        A file that is there already is left alone (exit code 1), unless --force is given.

        Examples:
          lb init
          lb init --listen 0.0.0.0:80 --backend 10.0.0.1:8080 --backend 10.0.0.2:8080
          lb init --udp --listen 0.0.0.0:53 --backend 10.0.0.1:53 --output dns.yaml
          lb init --backend 10.0.0.1:8080 --output -      print it
        """;

    public static Command Create()
    {
        var listen = new Option<string?>("--listen")
        {
            Description = $"Where clients arrive; {InitAnswers.DefaultListen} when --backend is given alone.",
            HelpName = "ADDRESS",
        };
        var backends = new Option<string[]>("--backend")
        {
            Description = "Who serves them: an address or a host name, with a port. Once for each backend.",
            HelpName = "ADDRESS",
        };
        var udp = new Option<bool>("--udp") { Description = "UDP instead of TCP." };
        var output = new Option<string>("--output")
        {
            Description = "The file to write; - prints it.",
            DefaultValueFactory = static _ => "lb.yaml",
            HelpName = "FILE",
        };
        var force = new Option<bool>("--force") { Description = "Replace a file that is there already." };
        var init = new Command("init", Description) { listen, backends, udp, output, force };
        init.SetAction(arguments =>
        {
            string file = arguments.GetRequiredValue(output);
            bool isReplaced = arguments.GetValue(force);
            InitAnswers? answers = arguments.GetValue(backends) is { Length: > 0 } named
                ? new InitAnswers(arguments.GetValue(listen) ?? InitAnswers.DefaultListen, named, arguments.GetValue(udp))
                : null;
            if (answers is null && (arguments.GetValue(listen) is not null || arguments.GetValue(udp) || Console.IsInputRedirected))
            {
                HostOutput.WriteError("name those who serve: --backend ADDRESS:PORT, once for each; alone on a terminal, lb init asks for everything");
                return ExitCode.Failure;
            }

            if (answers is null && file != StandardOutput && File.Exists(file) && !isReplaced)
            {
                // Before anybody has answered in vain.
                HostOutput.WriteError(NewFile.AlreadyThere(file));
                return ExitCode.Failure;
            }

            answers ??= new InitQuestions(Console.In, file == StandardOutput ? Console.Error : Console.Out).Ask();
            return answers is null ? ExitCode.Failure : Write(answers, file, isReplaced);
        });
        return init;
    }

    private static int Write(InitAnswers answers, string file, bool isReplaced)
    {
        string text = InitDocument.Write(answers);
        string[] problems = [.. Problems(answers)];
        if (problems.Length == 0)
        {
            // What one address alone does not show, such as a backend that is the listener itself.
            problems = [.. InitDocument.Check(text).Select(static error => $"{error.Path}: {error.Message}")];
        }

        if (problems.Length == 0 && file == StandardOutput)
        {
            HostOutput.WriteText(text.TrimEnd('\n'));
            return ExitCode.Success;
        }

        if (problems.Length == 0 && NewFile.Write(file, text, isReplaced) is string problem)
        {
            problems = [problem];
        }

        foreach (string line in problems)
        {
            HostOutput.WriteError(line);
        }

        if (problems.Length > 0)
        {
            return ExitCode.Failure;
        }

        HostOutput.WriteLine($"wrote {file}; next: lb run {file}");
        return ExitCode.Success;
    }

    private static IEnumerable<string> Problems(InitAnswers answers)
    {
        if (InitDocument.CheckListen(answers.Listen, answers.IsUdp) is string problem)
        {
            yield return $"--listen {problem}";
        }

        foreach (string backend in answers.Backends)
        {
            if (InitDocument.CheckBackend(backend, answers.IsUdp) is string wrong)
            {
                yield return $"--backend {wrong}";
            }
        }
    }
}
