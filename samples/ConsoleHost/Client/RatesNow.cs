// SPDX-License-Identifier: MIT
using LbEngine.Admin.Messages;

namespace LbEngine.ConsoleHost.Client;

/// <summary>What connections do now, out of two looks at them: each balancer has its totals, and none keeps what they were.</summary>
internal static class RatesNow
{
    /// <summary>The later look, with rates of the time between the two. What has come in between goes by its whole life.</summary>
    public static ConnectionListMessage Between(ConnectionListMessage earlier, ConnectionListMessage later)
    {
        var before = new Dictionary<string, ConnectionMessage>(StringComparer.Ordinal);
        foreach (ConnectionMessage one in earlier.Connections)
        {
            before[one.Id] = one;
        }

        return later with { Connections = [.. later.Connections.Select(one => Since(before.GetValueOrDefault(one.Id), one))] };
    }

    /// <summary>Ages are of the balancer's own clock: what a look took on the way does not count.</summary>
    private static ConnectionMessage Since(ConnectionMessage? before, ConnectionMessage now)
    {
        double seconds = now.AgeSeconds - (before?.AgeSeconds ?? 0);
        return seconds <= 0
            ? now
            : now with
            {
                BytesToBackendPerSecond = Rate(now.BytesToBackend - (before?.BytesToBackend ?? 0), seconds),
                BytesToClientPerSecond = Rate(now.BytesToClient - (before?.BytesToClient ?? 0), seconds),
            };
    }

    private static double Rate(long bytes, double seconds) => Math.Round(Math.Max(0, bytes) / seconds, 3);
}
