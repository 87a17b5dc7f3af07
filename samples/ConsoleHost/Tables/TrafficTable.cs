// SPDX-License-Identifier: MIT
using LbEngine.Admin.Messages;

namespace LbEngine.ConsoleHost.Tables;

/// <summary>How much goes where, below the table that says how it is; nothing from a balancer that does not say.</summary>
internal static class TrafficTable
{
    public static IEnumerable<string> Format(string title, IEnumerable<(string Name, TrafficMessage? Traffic)> rows)
    {
        var table = new TextTable(
            new(title),
            new("NEW/S", true),
            new("BYTES TO BACKEND", true),
            new("B/S", true),
            new("BYTES TO CLIENT", true),
            new("B/S", true));
        bool isEmpty = true;
        foreach ((string name, TrafficMessage? traffic) in rows)
        {
            if (traffic is not null)
            {
                isEmpty = false;
                table.Add(
                    name,
                    TextTable.Rate(traffic.ConnectionsPerSecond),
                    TextTable.Short(traffic.BytesToBackend),
                    TextTable.Rate(traffic.BytesToBackendPerSecond),
                    TextTable.Short(traffic.BytesToClient),
                    TextTable.Rate(traffic.BytesToClientPerSecond));
            }
        }

        return isEmpty ? [] : table.Lines().Prepend("");
    }
}
