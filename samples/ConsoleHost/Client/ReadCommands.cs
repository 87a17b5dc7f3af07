// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using LbEngine.Admin.Messages;
using LbEngine.ConsoleHost.Commands;
using LbEngine.ConsoleHost.Tables;

namespace LbEngine.ConsoleHost.Client;

/// <summary>The commands that look and change nothing: <c>status</c>, <c>backends</c>, <c>connections</c>, <c>affinity</c>.</summary>
internal static class ReadCommands
{
    public static IEnumerable<Command> Create(AdminOptionSet options)
    {
        yield return CreateStatus(options);
        yield return CreateBackends(options);
        yield return ConnectionsCommand.Create(options);
        yield return CreateAffinity(options);
    }

    private static Command CreateStatus(AdminOptionSet options)
    {
        var command = new Command("status", """
            Say what a running balancer does: since when, by which file, listeners and their traffic, pools, counts by reason.
            Exit code: 0 when it runs and every pool can take new traffic, 4 when not, 2 when none answers.

            Examples:
              lb status
              lb status --json | jq .activeConnections
            """);
        return AdminAction.Define(command, options, async (arguments, client, cancellationToken) =>
        {
            byte[] reply = await client.SendAsync(HttpMethod.Get, "v1/status", null, cancellationToken);
            StatusMessage status = AdminAction.Read(reply, AdminJson.Default.StatusMessage);
            AdminAction.Print(arguments, options, reply, StatusTables.Format(status));
            bool isWell = status.State == "running" && status.Pools.All(pool => pool.UsableBackends > 0 && !pool.IsFailingOpen);
            return isWell ? ExitCode.Success : ExitCode.Degraded;
        });
    }

    private static Command CreateBackends(AdminOptionSet options)
    {
        var pool = new Option<string?>("--pool") { Description = "Only the backends of this pool.", HelpName = "POOL" };
        var command = new Command("backends", """
            Show every backend: state, health, weight, counts, traffic.

            Examples:
              lb backends
              lb backends --pool site
            """) { pool };
        return AdminAction.Define(command, options, (arguments, client, cancellationToken) => ShowAsync(
            arguments,
            options,
            client,
            Path("v1/backends", ("pool", arguments.GetValue(pool))),
            AdminJson.Default.BackendListMessage,
            StatusTables.FormatAll,
            cancellationToken));
    }

    private static Command CreateAffinity(AdminOptionSet options)
    {
        var pool = new Option<string?>("--pool") { Description = "Only the choices of this pool.", HelpName = "POOL" };
        var limit = new Option<int?>("--limit") { Description = "The most that are shown, 1 to 10000; 1000 by default.", HelpName = "N" };
        var command = new Command("affinity", """
            Show which client meets which backend again, and for how long.

            Examples:
              lb affinity --pool site
            """) { pool, limit };
        return AdminAction.Define(command, options, (arguments, client, cancellationToken) => ShowAsync(
            arguments,
            options,
            client,
            Path("v1/affinity", ("pool", arguments.GetValue(pool)), ("limit", arguments.GetValue(limit)?.ToString(CultureInfo.InvariantCulture))),
            AdminJson.Default.AffinityListMessage,
            StatusTables.Format,
            cancellationToken));
    }

    private static async Task<int> ShowAsync<T>(
        ParseResult arguments,
        AdminOptionSet options,
        AdminClient client,
        string path,
        JsonTypeInfo<T> type,
        Func<T, IEnumerable<string>> format,
        CancellationToken cancellationToken)
        where T : class
    {
        byte[] reply = await client.SendAsync(HttpMethod.Get, path, null, cancellationToken);
        AdminAction.Print(arguments, options, reply, format(AdminAction.Read(reply, type)));
        return ExitCode.Success;
    }

    /// <summary>A path with those of its parameters that have a value.</summary>
    public static string Path(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        char mark = '?';
        foreach ((string name, string? value) in parameters)
        {
            if (value is not null)
            {
                path += $"{mark}{name}={Uri.EscapeDataString(value)}";
                mark = '&';
            }
        }

        return path;
    }
}
