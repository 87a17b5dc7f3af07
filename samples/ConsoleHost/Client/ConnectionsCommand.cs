// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LbEngine.Admin.Messages;
using LbEngine.ConsoleHost.Commands;
using LbEngine.ConsoleHost.Tables;

namespace LbEngine.ConsoleHost.Client;

/// <summary><c>lb connections</c>: who is connected to whom, and how much goes each way.</summary>
internal static class ConnectionsCommand
{
    public static Command Create(AdminOptionSet options)
    {
        var address = new Option<string?>("--client")
        {
            Description = "Only those of this client address, or of a network such as 192.0.2.0/24.",
            HelpName = "IP",
        };
        var pool = new Option<string?>("--pool") { Description = "Only those of this pool.", HelpName = "POOL" };
        var backend = new Option<string?>("--backend") { Description = "Only those to this backend.", HelpName = "BACKEND" };
        var limit = new Option<int?>("--limit") { Description = "The most that are shown, 1 to 10000; 1000 by default.", HelpName = "N" };
        var over = new Option<string?>("--over")
        {
            Description = "Look twice with this time between, such as 2s, and show the rates of that time instead of those of each connection's life.",
            HelpName = "DURATION",
        };
        over.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is string text && !(MessageDuration.TryParse(text, out TimeSpan time) && time > TimeSpan.Zero))
            {
                result.AddError($"--over must be {MessageDuration.Expected}, was '{text}'.");
            }
        });
        var command = new Command("connections", """
            Show live connections and flows, in no order. UP are bytes to the backend, DOWN bytes to the client, B/S bytes a second over its life.

            Examples:
              lb connections --client 192.0.2.7
              lb connections --pool site --backend a --limit 20
              lb connections --over 2s            what each does now
            """) { address, pool, backend, limit, over };
        return AdminAction.Define(command, options, async (arguments, client, cancellationToken) =>
        {
            string path = ReadCommands.Path(
                "v1/connections",
                ("client", arguments.GetValue(address)),
                ("pool", arguments.GetValue(pool)),
                ("backend", arguments.GetValue(backend)),
                ("limit", arguments.GetValue(limit)?.ToString(CultureInfo.InvariantCulture)));
            byte[] reply = await client.SendAsync(HttpMethod.Get, path, null, cancellationToken);
            ConnectionListMessage list = AdminAction.Read(reply, AdminJson.Default.ConnectionListMessage);
            if (arguments.GetValue(over) is string text && MessageDuration.TryParse(text, out TimeSpan time))
            {
                await Task.Delay(time, cancellationToken);
                reply = await client.SendAsync(HttpMethod.Get, path, null, cancellationToken);
                list = RatesNow.Between(list, AdminAction.Read(reply, AdminJson.Default.ConnectionListMessage));
                reply = JsonSerializer.SerializeToUtf8Bytes(list, AdminJson.Default.ConnectionListMessage);
            }

            AdminAction.Print(arguments, options, reply, StatusTables.Format(list));
            return ExitCode.Success;
        });
    }
}
