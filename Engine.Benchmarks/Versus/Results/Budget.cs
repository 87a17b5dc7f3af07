// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Benchmarks.Versus.Contenders;

namespace LbEngine.Benchmarks.Versus.Results;

/// <summary>What we promise ourselves about one row: our cost is at most a part of another's, or a figure. Pure.</summary>
/// <param name="Row">The row's word; a bulk row's beginning.</param>
/// <param name="Own">Whose cost.</param>
/// <param name="Opponent">Compared with whom: a contender, <see cref="BestPeer"/>, or <see cref="Nobody"/> for a figure.</param>
/// <param name="Limit">The largest ratio, or the figure.</param>
internal sealed record Budget(string Row, string Own, string Opponent, double Limit)
{
    public const string BestPeer = "the best peer";
    public const string Nobody = "";

    // Bulk and UDP burst rows share a beginning.
    private static readonly Budget[] Promised =
    [
        new("short", Contender.Linux, BestPeer, 0.90),
        new("kept", Contender.Linux, BestPeer, 0.95),
        new("proxy-out", Contender.Linux, Contender.HaProxy, 1.05),
        new("proxy-in", Contender.Linux, Contender.HaProxy, 1.05),
        new("sni", Contender.Linux, Contender.HaProxy, 1.05),
        new("bulk", Contender.Linux, Contender.HaProxyTuned, 0.90),
        new("bulk", Contender.Linux, Contender.HaProxy, 0.40),
        new("latency", Contender.Linux, BestPeer, 1.0),
        new("ping-pong", Contender.Linux, BestPeer, 1.0),
        new("udp-200", Contender.Linux, BestPeer, 0.90),
        new("udp-16", Contender.Linux, BestPeer, 0.75),
        new("idle", Contender.Linux, Nobody, 512),
        new("short", Contender.Sockets, Contender.Linux, 1.6),
        new("kept", Contender.Sockets, Contender.Linux, 1.6),
        new("bulk", Contender.Sockets, Contender.Linux, 1.6),
        new("udp", Contender.Sockets, Contender.Linux, 1.6),
    ];

    public static IEnumerable<Budget> For(RowResult row) =>
        Promised.Where(budget => row.Name == budget.Row || row.Name.StartsWith(budget.Row + "-", StringComparison.Ordinal));

    /// <summary>The ratio, or the figure; null when a contender took no part.</summary>
    public double? Measure(RowResult row)
    {
        ContenderResult? own = row.Find(Own);
        ContenderResult? other = Opponent == BestPeer ? row.BestPeer : row.Find(Opponent);
        return own is null ? null : Opponent == Nobody ? own.Cost.Median : other is null ? null : own.Cost.Median / other.Cost.Median;
    }

    /// <summary>The budget in one line with what came of it; null when it cannot be told.</summary>
    public string? Judge(RowResult row)
    {
        if (Measure(row) is not double measured)
        {
            return null;
        }

        string verdict = measured <= Limit ? "met" : "NOT met";
        string opponent = Opponent == BestPeer ? $"{BestPeer} ({row.BestPeer!.Name})" : Opponent;
        return Opponent == Nobody
            ? string.Create(CultureInfo.InvariantCulture, $"Budget: {Own} at most {Limit:0}: {measured:0}, {verdict}.")
            : string.Create(CultureInfo.InvariantCulture, $"Budget: {Own} at most {Limit:0.00} of {opponent}: {measured:0.00}, {verdict}.");
    }
}
