// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Globalization;
using LbEngine.Benchmarks.Soak.Faults;
using LbEngine.Benchmarks.Soak.Traffic;

namespace LbEngine.Benchmarks.Soak.Judgement;

/// <summary>Holds what clients and backends saw against what was done. Any thread may tell.</summary>
internal sealed class Judge(Excuses excuses, Findings findings)
{
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly ConcurrentDictionary<long, string> _troubled = new();
    private readonly ConcurrentQueue<(long Id, string What)> _complaints = new();

    /// <summary>How often what happened.</summary>
    public IEnumerable<KeyValuePair<string, long>> Counts => _counts.OrderBy(pair => pair.Key, StringComparer.Ordinal);

    public void Tell(StreamReport report)
    {
        Count($"streams {report.Outcome}");
        Count("stream bytes", report.Received);
        if (report.Outcome == StreamOutcome.AsPlanned)
        {
            return;
        }

        Excuse? excuse = excuses.Find(report);
        string why = excuse is null ? LeavesWithItsListener(report) ? "its listener was taken away" : "" : excuse.Kind.ToString();
        _troubled[report.Id] = why;
        if (why.Length > 0)
        {
            Count($"streams excused by {why}");
            return;
        }

        findings.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"stream {report.Id} of {report.Client} at {report.Listener}, backend {report.Backend}, {report.From:0.00} to {report.To:0.00} s: "
            + $"{report.Outcome} {report.Detail}"));
    }

    public void Tell(DatagramReport report)
    {
        Excuse? excuse = excuses.Find(report);
        if (excuse is not null)
        {
            Count($"datagrams excused by {excuse.Kind}");
            return;
        }

        Count(report.IsLost ? "datagrams lost" : "datagrams wrong");
        if (!report.IsLost)
        {
            findings.Add($"flow {report.Flow} of {report.Client}: {report.Detail}");
        }
        else
        {
            findings.Add(string.Create(
                CultureInfo.InvariantCulture, $"flow {report.Flow} of {report.Client}, backend {report.Backend}, {report.From:0.00} s: {report.Detail}"));
        }
    }

    /// <summary>A backend found something wrong with a connection. Its client may not have told yet: it is judged in the end.</summary>
    public void Complain(long id, string what) => _complaints.Enqueue((id, what));

    /// <summary>All clients have told.</summary>
    public void Close()
    {
        foreach ((long id, string what) in _complaints)
        {
            if (_troubled.TryGetValue(id, out string? why) && why.Length > 0)
            {
                Count("complaints of backends excused");
            }
            else
            {
                findings.Add($"the backend of stream {id}: {what}");
            }
        }
    }

    public void Count(string what, long by = 1) => _counts.AddOrUpdate(what, by, (_, count) => count + by);

    // A listener that comes and goes refuses whoever comes late, and resets who waited in its backlog; whoever met a backend goes on.
    private static bool LeavesWithItsListener(StreamReport report) =>
        report.Listener.StartsWith("extra", StringComparison.Ordinal)
        && (report.Outcome == StreamOutcome.Refused || (report.Outcome == StreamOutcome.Reset && report.Backend < 0));
}
