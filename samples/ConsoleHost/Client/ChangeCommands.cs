// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Net.Http.Headers;
using LbEngine.Admin.Messages;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Commands;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.ConsoleHost.Tables;

namespace LbEngine.ConsoleHost.Client;

/// <summary>The commands <c>kill</c>, <c>reload</c> and <c>diff</c>.</summary>
internal static class ChangeCommands
{
    public static IEnumerable<Command> Create(AdminOptionSet options)
    {
        yield return CreateKill(options);
        yield return CreateReload(options);
        yield return CreateDiff(options);
    }

    private static Command CreateKill(AdminOptionSet options)
    {
        var id = new Argument<string>("ID") { Description = "What lb connections shows in its first column." };
        var command = new Command("kill", """
            Close one connection or flow at once. Exit code 1 when it has ended already.

            Examples:
              lb connections --client 192.0.2.7 && lb kill 12-5
            """) { id };
        return AdminAction.Define(command, options, async (arguments, client, cancellationToken) =>
        {
            string name = arguments.GetRequiredValue(id);
            byte[] reply = await client.SendAsync(HttpMethod.Delete, $"v1/connections/{Uri.EscapeDataString(name)}", null, cancellationToken);
            if (AdminAction.Read(reply, AdminJson.Default.ConnectionClosedMessage).Closed != name)
            {
                throw AdminAction.Strange();
            }

            AdminAction.Print(arguments, options, reply, [$"closed {name}"]);
            return ExitCode.Success;
        });
    }

    private static Command CreateReload(AdminOptionSet options)
    {
        var force = new Option<bool>("--force") { Description = "Allow that more than half of all backends are removed." };
        var command = new Command("reload", """
            Make a running balancer read its configuration file again, and print what has changed. Connections are not touched.
            A mistake in the file, or an address that is taken, changes nothing at all: it is printed, and the exit code is 1.

            Examples:
              lb check lb.yaml && lb reload
            """) { force };
        return AdminAction.Define(command, options, async (arguments, client, cancellationToken) =>
        {
            var wish = new ReloadRequestMessage { Force = arguments.GetValue(force) };
            HttpContent body = AdminClient.Body(wish, AdminJson.Default.ReloadRequestMessage);
            byte[] reply = await client.SendAsync(HttpMethod.Post, "v1/reload", body, cancellationToken);
            return Show(arguments, options, reply, "configuration");
        });
    }

    private static Command CreateDiff(AdminOptionSet options)
    {
        var file = new Argument<string>("FILE") { Description = "A configuration in YAML or JSON." };
        var command = new Command("diff", """
            Say what a running balancer would change if it went by FILE, and how many live connections each change concerns.
            Nothing is changed. Exit code 1 when FILE has mistakes, or a reload would refuse it; then the reasons are told.

            Examples:
              lb diff new.yaml
            """) { file };
        return AdminAction.Define(command, options, async (arguments, client, cancellationToken) =>
        {
            string path = arguments.GetRequiredValue(file);

            // Here first: the messages have the name of the file then.
            if (FileMessages.ReportErrors(path, ConfigurationFile.Read(path)))
            {
                return ExitCode.Failure;
            }

            if (!ConfigurationFile.TryReadBytes(path, out byte[] bytes, out string problem))
            {
                throw new AdminClientException(ExitCode.Failure, [$"{path}: {problem}"]);
            }

            string type = ConfigurationFile.IsJson(path, bytes) ? "application/json" : "application/yaml";

            // The balancer may not have these files, and its environment is none of ours.
            if (ConfigurationFile.ReadTree(path, out ConfigurationNode tree, out bool isAlone).Count == 0 && !isAlone)
            {
                (bytes, type) = (TreeJson.Write(tree), "application/json");
            }

            var body = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
            return Show(arguments, options, await client.SendAsync(HttpMethod.Post, "v1/diff", body, cancellationToken), path);
        });
    }

    private static int Show(ParseResult arguments, AdminOptionSet options, byte[] reply, string file)
    {
        ChangeListMessage changes = AdminAction.Read(reply, AdminJson.Default.ChangeListMessage);
        IEnumerable<string> notes = changes.Warnings.Select(one => FileMessages.Format(file, one))
            .Concat(changes.Refusals.Select(one => $"lb reload would refuse this: {FileMessages.Format(file, one)}"));
        AdminAction.Print(arguments, options, reply, StatusTables.Format(changes).Concat(notes));
        return changes.Refusals.Count > 0 ? ExitCode.Failure : ExitCode.Success;
    }
}
