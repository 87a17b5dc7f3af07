// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LbEngine.Admin.Messages;
using LbEngine.ConsoleHost.Commands;
using LbEngine.ConsoleHost.Tables;

namespace LbEngine.ConsoleHost.Client;

/// <summary>The commands that change one backend: <c>drain</c>, <c>ready</c>, <c>maintenance</c>, <c>weight</c>.</summary>
internal static class BackendCommands
{
    private const string AsConfigured = "configured";

    public static IEnumerable<Command> Create(AdminOptionSet options)
    {
        yield return CreateDrain(options);
        yield return CreateState(options, "ready", "ready", "Let a backend take traffic again.");
        yield return CreateState(
            options,
            "maintenance",
            "maintenance",
            "Take a backend out: it gets no new connections, not even of clients that affinity remembers. Live ones go on.");
        yield return CreateWeight(options);
    }

    private static Command CreateDrain(AdminOptionSet options)
    {
        Argument<string> target = CreateTarget();
        var wait = new Option<string?>("--wait")
        {
            Description = "Wait so long for the backend to hold no connection, such as 60s: also where it was before a reload, and in a process that was "
                + "replaced. Exit code 0 when there is none; 3 when some are left, or may be; they live on.",
            HelpName = "TIME",
        };
        var timeout = new Option<string?>("--timeout")
        {
            Description = "When connections that are left are closed, such as 60s, or none. Default: drain.timeout of the configuration.",
            HelpName = "TIME",
        };
        wait.Validators.Add(result => Check(result.GetValueOrDefault<string?>(), "--wait", result.AddError));
        timeout.Validators.Add(result =>
        {
            string? text = result.GetValueOrDefault<string?>();
            Check(text is "none" ? null : text, "--timeout", result.AddError);
        });
        var command = new Command("drain", """
            Drain a backend: it takes no new clients but those that affinity remembers, and its live connections go on until they end.

            Examples:
              lb drain site/a --wait 60s && ssh a systemctl restart app && lb ready site/a
              lb drain site/a --timeout none      close nothing, however long it takes
            """) { target, wait, timeout };
        return AdminAction.Define(command, options, async (arguments, client, cancellationToken) =>
        {
            BackendName name = GetTarget(arguments, target);
            var change = new BackendChangeMessage { State = "draining", DrainTimeout = arguments.GetValue(timeout) };
            byte[] reply = await ChangeAsync(client, name, change, cancellationToken);
            BackendListMessage list = AdminAction.Read(reply, AdminJson.Default.BackendListMessage);
            if (arguments.GetValue(wait) is not string text || !MessageDuration.TryParse(text, out TimeSpan time))
            {
                AdminAction.Print(arguments, options, reply, StatusTables.Format(list));
                return ExitCode.Success;
            }

            var waiting = new DrainWait(client, name);
            bool isEmpty = await waiting.RunAsync(time, cancellationToken);
            list = AdminAction.Read(waiting.Reply, AdminJson.Default.BackendListMessage);
            AdminAction.Print(arguments, options, waiting.Reply, StatusTables.Format(list));
            if (!isEmpty)
            {
                HostOutput.WriteError(waiting.Rest);
            }

            return isEmpty ? ExitCode.Success : ExitCode.Unfinished;
        });
    }

    private static Command CreateState(AdminOptionSet options, string name, string state, string description)
    {
        Argument<string> target = CreateTarget();
        var command = new Command(name, $"{description}\n\nExamples:\n  lb {name} site/a") { target };
        return AdminAction.Define(command, options, (arguments, client, cancellationToken) =>
            ChangeAndShowAsync(arguments, options, client, GetTarget(arguments, target), new BackendChangeMessage { State = state }, cancellationToken));
    }

    private static Command CreateWeight(AdminOptionSet options)
    {
        Argument<string> target = CreateTarget();
        var weight = new Argument<string>("N") { Description = $"From 0 (no new traffic) to 65535, or {AsConfigured}: what the configuration says." };
        weight.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is string text
                && text != AsConfigured
                && !ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                result.AddError($"A weight is a whole number from 0 to 65535, or {AsConfigured}, was '{text}'.");
            }
        });
        var command = new Command("weight", $"""
            Give a backend another weight than the configuration does. It survives a reload.

            Examples:
              lb weight site/a 10
              lb weight site/a {AsConfigured}
            """) { target, weight };
        return AdminAction.Define(command, options, (arguments, client, cancellationToken) =>
        {
            string text = arguments.GetRequiredValue(weight);
            using var value = JsonDocument.Parse(text == AsConfigured
                ? "null"
                : ushort.Parse(text, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture));
            var change = new BackendChangeMessage { Weight = value.RootElement.Clone() };
            return ChangeAndShowAsync(arguments, options, client, GetTarget(arguments, target), change, cancellationToken);
        });
    }

    private static async Task<int> ChangeAndShowAsync(
        ParseResult arguments, AdminOptionSet options, AdminClient client, BackendName name, BackendChangeMessage change, CancellationToken cancellationToken)
    {
        byte[] reply = await ChangeAsync(client, name, change, cancellationToken);
        AdminAction.Print(arguments, options, reply, StatusTables.Format(AdminAction.Read(reply, AdminJson.Default.BackendListMessage)));
        return ExitCode.Success;
    }

    private static Task<byte[]> ChangeAsync(AdminClient client, BackendName name, BackendChangeMessage change, CancellationToken cancellationToken) =>
        client.SendAsync(HttpMethod.Post, name.Path, AdminClient.Body(change, AdminJson.Default.BackendChangeMessage), cancellationToken);

    private static Argument<string> CreateTarget()
    {
        var target = new Argument<string>("POOL/BACKEND") { Description = "A backend by the names of its pool and itself." };
        target.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is string text && BackendName.TryParse(text) is null)
            {
                result.AddError($"A backend is named POOL/BACKEND, such as site/a, was '{text}'.");
            }
        });
        target.CompletionSources.Add(_ => BackendCompletion.Find());
        return target;
    }

    private static BackendName GetTarget(ParseResult arguments, Argument<string> target) =>
        BackendName.TryParse(arguments.GetRequiredValue(target)) ?? throw new AdminClientException(ExitCode.Failure, ["A backend is named POOL/BACKEND."]);

    private static void Check(string? text, string option, Action<string> addError)
    {
        if (text is not null && !MessageDuration.TryParse(text, out _))
        {
            addError($"{option} must be {MessageDuration.Expected}, was '{text}'.");
        }
    }
}
