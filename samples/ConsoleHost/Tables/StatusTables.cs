// SPDX-License-Identifier: MIT
using LbEngine.Admin.Messages;

namespace LbEngine.ConsoleHost.Tables;

/// <summary>Replies of a balancer as tables for people.</summary>
internal static class StatusTables
{
    public static IEnumerable<string> Format(StatusMessage status)
    {
        foreach (string line in StatusHead.Format(status))
        {
            yield return line;
        }

        var listeners = new TextTable(
            new("LISTENER"),
            new("ADDRESS"),
            new("POOL"),
            new("ACTIVE", true),
            new("ACCEPTED", true),
            new("REJECTED", true),
            new("DATAGRAMS", true),
            new("DROPPED", true));
        foreach (ListenerMessage one in status.Listeners)
        {
            listeners.Add(
                one.Name,
                $"{one.Address} {one.Protocol}",
                string.Join(", ", (one.RoutePools ?? []).Prepend(one.Pool)),
                Number(one.ActiveConnections),
                Number(one.AcceptedConnections),
                Number(one.RejectedConnections),
                one.Datagrams is null ? "" : Number(one.Datagrams.ToBackends + one.Datagrams.ToClients),
                one.Datagrams is null ? "" : Number(one.Datagrams.Dropped));
        }

        var pools = new TextTable(
            new("POOL"),
            new("SCHEDULER"),
            new("USABLE", true),
            new("BACKENDS", true),
            new("ACTIVE", true),
            new("AFFINITY", true),
            new("NOTE"));
        foreach (PoolMessage one in status.Pools)
        {
            pools.Add(
                one.Name,
                one.Scheduler,
                Number(one.UsableBackends),
                Number(one.Backends),
                Number(one.ActiveConnections),
                Number(one.AffinityEntries),
                one.IsFailingOpen ? "no backend is healthy: all are used" : "");
        }

        IEnumerable<string> traffic = TrafficTable.Format("LISTENER", status.Listeners.Select(static one => (one.Name, one.Traffic)));
        foreach (string line in listeners.Lines().Prepend("").Concat(status.Listeners.SelectMany(Notes)).Concat(traffic).Append("").Concat(pools.Lines()))
        {
            yield return line;
        }

        (string Word, IReadOnlyDictionary<string, long> Counts)[] sums =
        [
            ("closed", status.Closed),
            ("rejected", status.Rejected),
            ("dropped", status.Dropped),
        ];
        foreach ((string word, IReadOnlyDictionary<string, long> counts) in sums.Where(sum => sum.Counts.Count > 0))
        {
            yield return "";
            foreach (string line in Wrap($"{word}:", counts.Select(count => $"{count.Key} {Number(count.Value)}")))
            {
                yield return line;
            }
        }
    }

    /// <summary>Backends with what goes to them.</summary>
    public static IEnumerable<string> FormatAll(BackendListMessage list) => Format(list)
        .Concat(TrafficTable.Format("BACKEND", list.Backends.Select(static one => ($"{one.Pool}/{one.Name}", one.Traffic))))
        .Concat(list.RatesOverSeconds is double seconds and > 0 ? [$"rates over the last {Age(seconds)}"] : []);

    public static IEnumerable<string> Format(BackendListMessage list)
    {
        var table = new TextTable(
            new("BACKEND"),
            new("ADDRESS"),
            new("STATE"),
            new("HEALTH"),
            new("WEIGHT", true),
            new("ACTIVE", true),
            new("TOTAL", true),
            new("FAILED", true),
            new("RESETS", true));
        foreach (BackendMessage one in list.Backends)
        {
            table.Add(
                $"{one.Pool}/{one.Name}",
                one.Address,
                one.State,
                Health(one),
                one.SlowStartPercent < 100 ? $"{Number(one.Weight)} ({one.SlowStartPercent}%)" : Number(one.Weight),
                Number(one.ActiveConnections),
                Number(one.TotalConnections),
                Number(one.ConnectFailures),
                Number(one.Resets));
        }

        // Why a backend is down is worth a line; that it is up is not.
        return table.Lines().Concat(list.Backends
            .Where(one => one is { Health: "down", LastProbe: not null })
            .Select(one => Shorten($"{one.Pool}/{one.Name} is down: {one.LastProbe!.Result}")))
            .Concat((list.Names ?? []).Where(one => one.Failure is not null).SelectMany(Describe));
    }

    /// <summary>In a pool without a health check nobody has asked, and nobody will.</summary>
    private static string Health(BackendMessage backend) => backend switch
    {
        { IsEjected: true } => "ejected",
        { IsChecked: false, Health: "unknown" } => "unchecked",
        _ => backend.Health,
    };

    private static IEnumerable<string> Notes(ListenerMessage listener)
    {
        if (listener.State == "removing")
        {
            yield return $"{listener.Name} is being removed";
        }

        if (listener.HeldConnections > 0)
        {
            string limit = listener.MaxConnections > 0 ? $"limit {Number(listener.MaxConnections)}, " : "";
            yield return $"{listener.Name}: {limit}{Number(listener.HeldConnections)} wait";
        }
    }

    private static IEnumerable<string> Describe(NameMessage name)
    {
        yield return Shorten($"{name.Pool}/{name.Backend}: {name.HostName} cannot be resolved: {name.Failure}");
        yield return name.ResolvedSecondsAgo is double seconds
            ? $"  what it resolved to {Age(seconds)} ago stays in use ({Number(name.Addresses.Count)} in all)"
            : "  there is no backend for it until it can";
    }

    public static IEnumerable<string> Format(ConnectionListMessage list)
    {
        var table = new TextTable(
            new("ID"),
            new("CLIENT"),
            new("LISTENER"),
            new("BACKEND"),
            new("PHASE"),
            new("AGE", true),
            new("IDLE", true),
            new("UP", true),
            new("B/S", true),
            new("DOWN", true),
            new("B/S", true));
        foreach (ConnectionMessage one in list.Connections)
        {
            table.Add(
                one.Id,
                one.Client,
                $"{one.Listener} {one.Protocol}",
                one.Backend.Length > 0 ? $"{one.Pool}/{one.Backend}" : "",
                one.Phase,
                Age(one.AgeSeconds),
                Age(one.IdleSeconds),
                Number(one.BytesToBackend),
                one.BytesToBackendPerSecond is double up ? TextTable.Rate(up) : "",
                Number(one.BytesToClient),
                one.BytesToClientPerSecond is double down ? TextTable.Rate(down) : "");
        }

        IEnumerable<string> lines = WithPeers(table.Lines(), list);
        return list.IsTruncated
            ? lines.Append("there are more: ask for them with --limit, or for fewer with --client, --pool, --backend")
            : lines;
    }

    /// <summary>Below a connection who brings it, where that is known: a column more would cut the others.</summary>
    private static IEnumerable<string> WithPeers(IEnumerable<string> lines, ConnectionListMessage list)
    {
        foreach ((int i, string line) in lines.Index())
        {
            yield return line;
            if (i > 0 && list.Connections[i - 1].Peer is string peer)
            {
                yield return Shorten($"  via {peer}");
            }
        }
    }

    public static IEnumerable<string> Format(AffinityListMessage list)
    {
        var table = new TextTable(new("CLIENT"), new("BACKEND"), new("CONNECTIONS", true), new("EXPIRES IN", true));
        foreach (AffinityMessage one in list.Entries)
        {
            table.Add(one.Client, $"{one.Pool}/{one.Backend}", Number(one.Connections), one.ExpiresInSeconds is double seconds ? Age(seconds) : "");
        }

        return list.IsTruncated ? table.Lines().Append("there are more: ask for them with --limit") : table.Lines();
    }

    public static IEnumerable<string> Format(ChangeListMessage list)
    {
        if (list.Changes.Count == 0)
        {
            return ["no changes"];
        }

        var table = new TextTable(new("CHANGE"), new("SETTING"), new("BEFORE"), new("AFTER"), new("CONNECTIONS", true));
        foreach (ChangeMessage one in list.Changes)
        {
            table.Add(one.Kind, one.Path, one.Before, one.After, Number(one.Connections));
        }

        return table.Lines();
    }

    private static string Shorten(string line) => line.Length > TextTable.Width ? line[..(TextTable.Width - 1)] + "~" : line;

    private static string Number(long value) => TextTable.Short(value);

    private static string Age(double seconds) => TextTable.Age(seconds);

    private static IEnumerable<string> Wrap(string head, IEnumerable<string> words)
    {
        string line = head;
        foreach (string word in words)
        {
            if (line.Length + word.Length + 2 > TextTable.Width)
            {
                yield return line;
                line = new string(' ', head.Length);
            }

            line += $" {word},";
        }

        yield return line.TrimEnd(',');
    }
}
