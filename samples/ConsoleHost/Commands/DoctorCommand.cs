// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Text.Json;
using LbEngine.Admin.Doctor;
using LbEngine.Admin.Doctor.Targets;
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
        var what = new Argument<string[]>("WHAT") { Description = "A configuration FILE, a backend as POOL/BACKEND, or the first and then the second.", Arity = new ArgumentArity(0, 2) };
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
                return Fail($"a backend is written POOL/BACKEND, such as site/a, and a file must exist: there is no '{Figures.Preview(name)}'");
            }

            IReadOnlyList<DoctorTarget>? targets = file is not null ? await ReadFileAsync(file, cancellationToken) : await AskAsync(arguments, admin, cancellationToken);
            return targets is null
                ? DoctorExit.NotExamined
                : await ExamineAsync(targets, name, request, arguments.GetValue(json), cancellationToken);
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

    private static async Task<int> ExamineAsync(IReadOnlyList<DoctorTarget> all, string? name, DoctorRequest request, bool isJson, CancellationToken cancellationToken)
    {
        DoctorTarget[] named = [.. all.Where(target => name is null || IsNamed(target, name))];
        if (named.Length == 0)
        {
            string known = string.Join(", ", all.Select(target => $"{target.Pool}/{target.Backend}").Distinct().Take(10));
            return Fail(name is null ? "there are no backends" : $"there is no backend {Figures.Preview(name)}; there are: {known}");
        }

        // A path, and TLS, are questions for the TCP side of a backend that has both.
        bool asksTcp = request.HttpPath is not null || request.Tls;
        DoctorTarget[] targets = [.. named.Where(target => !asksTcp || target.Kind != ExaminationKind.Udp || named.All(one => one.Kind == ExaminationKind.Udp)).Select(request.Apply)];
        IReadOnlyList<(DoctorTarget Target, Diagnosis Diagnosis)> round = await DoctorRound.RunAsync(targets, cancellationToken);
        if (isJson)
        {
            var message = new DiagnosisListMessage([.. round.Select(one => DiagnosisMessage.From(one.Target, one.Diagnosis))]);
            HostOutput.WriteLine(JsonSerializer.Serialize(message, DoctorJson.Readable.DiagnosisListMessage));
        }
        else
        {
            foreach (string line in round.SelectMany((one, index) => DiagnosisText.Format(one.Target, one.Diagnosis).Prepend("").Skip(index == 0 ? 1 : 0)))
            {
                HostOutput.WriteLine(line);
            }
        }

        return DoctorExit.Of(round.Select(one => one.Diagnosis));
    }

    /// <summary>A host name means each of its addresses, which are named <c>a@10.0.0.1</c>.</summary>
    private static bool IsNamed(DoctorTarget target, string name)
    {
        string own = $"{target.Pool}/{target.Backend}";
        return own == name || own.StartsWith(name + "@", StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<DoctorTarget>?> ReadFileAsync(string file, CancellationToken cancellationToken)
    {
        LoadBalancerOptionsReadResult result = ConfigurationFile.Read(file);
        return FileMessages.ReportErrors(file, result) ? null : await FileTargets.ResolveAsync(result.Options, cancellationToken);
    }

    private static async Task<IReadOnlyList<DoctorTarget>?> AskAsync(ParseResult arguments, AdminOptionSet admin, CancellationToken cancellationToken)
    {
        using AdminClient client = admin.Connect(arguments);
        try
        {
            byte[] status = await client.SendAsync(HttpMethod.Get, "v1/status", null, cancellationToken);
            byte[] backends = await client.SendAsync(HttpMethod.Get, "v1/backends", null, cancellationToken);
            return await RunningTargets.ResolveTargetsAsync(
                AdminAction.Read(status, AdminJson.Default.StatusMessage), AdminAction.Read(backends, AdminJson.Default.BackendListMessage), cancellationToken);
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
