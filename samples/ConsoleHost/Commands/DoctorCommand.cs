// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Text.Json;
using LbEngine.Admin;
using LbEngine.Admin.Doctor;
using LbEngine.Admin.Messages;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Client;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.ConsoleHost.Doctor;

namespace LbEngine.ConsoleHost.Commands;

/// <summary><c>lb doctor</c>: says why a backend does not serve.</summary>
internal static class DoctorCommand
{
    private const string Description = """
        Examine backends, and say for each the cause, what was seen, and the command to run next.
        With FILE no balancer need run; without it the running one is asked for its backends and what it
        knows of them. Without POOL/BACKEND all are examined.
        Exit code: 0 healthy, 1 a fault was found, 2 could not examine.

        Examples:
          lb doctor site/a
          lb doctor lb.yaml
          lb doctor lb.yaml site/a --http /healthz --host example.org --timeout 2s
          lb doctor lb.yaml site/a --port 443 --tls
        """;

    public static Command Create(AdminOptionSet admin)
    {
        var what = new Argument<string[]>("WHAT")
        {
            Description = "A configuration FILE, a backend as POOL/BACKEND, or the first and then the second.",
            Arity = new ArgumentArity(0, 2),
        };
        what.CompletionSources.Add(_ => BackendCompletion.Find().Select(name => new System.CommandLine.Completions.CompletionItem(name)));
        var json = new Option<bool>("--json") { Description = "Print JSON, for programs." };
        var questions = new DoctorOptionSet();
        var command = new Command("doctor", Description) { what, admin.Address, json };
        foreach (Option option in questions.All)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (arguments, cancellationToken) =>
        {
            if (!questions.TryRead(arguments, out DoctorRequest request, out string problem))
            {
                return Fail(problem);
            }

            (string? file, string? name) = Understand(arguments.GetValue(what) ?? []);
            if (name is not null && BackendName.TryParse(name) is null)
            {
                return Fail($"a backend is written POOL/BACKEND, such as site/a, and a file must exist: there is no '{name}'");
            }

            BackendName? backend = name is null ? null : BackendName.TryParse(name);
            try
            {
                IReadOnlyList<BackendDiagnosis>? round = file is not null
                    ? await ExamineFileAsync(file, backend, request, cancellationToken)
                    : await ExamineRunningAsync(arguments, admin, backend, request, cancellationToken);
                return round is null ? DoctorExit.NotExamined : round.Count == 0 ? Fail("there are no backends") : Print(round, arguments.GetValue(json));
            }
            catch (ArgumentException exception)
            {
                // There is no such backend.
                return Fail(char.ToLowerInvariant(exception.Message[0]) + exception.Message[1..].TrimEnd('.'));
            }
        });
        return command;
    }

    /// <summary>One word is a file when there is such a file.</summary>
    private static (string? File, string? Name) Understand(string[] words) => words switch
    {
        [string file, string name] => (file, name),
        [string word] when File.Exists(word) || Directory.Exists(word) => (word, null),
        [string word] => (null, word),
        _ => (null, null),
    };

    private static int Print(IReadOnlyList<BackendDiagnosis> round, bool isJson)
    {
        if (isJson)
        {
            var message = new DiagnosisListMessage([.. round.Select(DiagnosisMessage.From)]);
            HostOutput.WriteText(JsonSerializer.Serialize(message, DoctorJson.Readable.DiagnosisListMessage));
        }
        else
        {
            HostOutput.WriteText(string.Join("\n\n", round));
        }

        return DoctorExit.Of(round);
    }

    private static async Task<IReadOnlyList<BackendDiagnosis>?> ExamineFileAsync(
        string file, BackendName? name, DoctorRequest request, CancellationToken cancellationToken)
    {
        LoadBalancerOptionsReadResult result = ConfigurationFile.Read(file);
        return FileMessages.ReportErrors(file, result)
            ? null
            : await BackendDoctor.DiagnoseConfigurationAsync(result.Options, name?.Pool, name?.Backend, request, cancellationToken);
    }

    private static async Task<IReadOnlyList<BackendDiagnosis>?> ExamineRunningAsync(
        ParseResult arguments, AdminOptionSet admin, BackendName? name, DoctorRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using AdminClient client = admin.Connect(arguments);
            StatusMessage status = AdminAction.Read(
                await client.SendAsync(HttpMethod.Get, "v1/status", null, cancellationToken),
                AdminJson.Default.StatusMessage);
            BackendListMessage backends = AdminAction.Read(
                await client.SendAsync(HttpMethod.Get, "v1/backends", null, cancellationToken),
                AdminJson.Default.BackendListMessage);
            return await BackendDoctor.DiagnoseRemoteAsync(status, backends, name?.Pool, name?.Backend, request, cancellationToken);
        }
        catch (FormatException)
        {
            HostOutput.WriteError(AdminAction.Strange().Message);
            return null;
        }
        catch (AdminClientException exception)
        {
            foreach (string line in exception.Lines)
            {
                HostOutput.WriteError(line);
            }

            return null;
        }
    }

    private static int Fail(string problem)
    {
        HostOutput.WriteError(problem);
        return DoctorExit.NotExamined;
    }
}
