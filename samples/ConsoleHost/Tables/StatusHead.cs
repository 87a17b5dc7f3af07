// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Admin.Messages;

namespace LbEngine.ConsoleHost.Tables;

/// <summary>What a balancer says of itself, above its tables: a line each for the program, its configuration and its load. An older one says less.</summary>
internal static class StatusHead
{
    public static IEnumerable<string> Format(StatusMessage status)
    {
        string uptime = status.UptimeSeconds is double seconds and > 0 ? $", up for {TextTable.Age(seconds)}" : "";
        string version = status.Version is string number ? $", version {number}" : "";
        yield return $"{status.State}{uptime}{version}, {status.Transport} transport";
        if (status.Configuration is ConfigurationMessage configuration)
        {
            yield return Format(configuration);
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"{status.ActiveConnections} of {status.Capacity} connections and flows");
        if (status.RatesOverSeconds is double window and > 0)
        {
            TrafficMessage[] traffic = [.. status.Listeners.Select(static one => one.Traffic).OfType<TrafficMessage>()];
            yield return $"over the last {TextTable.Age(window)}: {TextTable.Rate(traffic.Sum(static one => one.ConnectionsPerSecond))} new a second, "
                + $"{TextTable.Rate(traffic.Sum(static one => one.BytesToBackendPerSecond))}B/s to backends, "
                + $"{TextTable.Rate(traffic.Sum(static one => one.BytesToClientPerSecond))}B/s to clients";
        }
    }

    private static string Format(ConfigurationMessage configuration)
    {
        string loaded = $"loaded {TextTable.Age(configuration.LoadedSecondsAgo)} ago";
        if (configuration.File is not string file)
        {
            return $"configuration {loaded}";
        }

        string since = configuration.FileState switch
        {
            "changed" => "; changed since, not loaded",
            "missing" => "; cannot be read now",
            _ => "",
        };
        string end = $", {loaded}{since}";
        return $"configuration {End(file, TextTable.Width - "configuration ".Length - end.Length)}{end}";
    }

    /// <summary>The end of a path says most.</summary>
    private static string End(string path, int length) => path.Length > length ? $"~{path[^(length - 1)..]}" : path;
}
