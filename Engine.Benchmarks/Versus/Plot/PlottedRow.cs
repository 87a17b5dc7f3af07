// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Benchmarks.Versus.Contenders;

namespace LbEngine.Benchmarks.Versus.Plot;

/// <summary>One row of the table that begins a report of <c>versus</c>. Pure.</summary>
/// <param name="Title">What was measured, without the unit.</param>
/// <param name="Costs">One for each contender that took part.</param>
internal sealed record PlottedRow(string Title, IReadOnlyList<PlottedCost> Costs)
{
    private const string NoPart = "–";

    private static readonly string[] Peers = [Contender.HaProxy, Contender.HaProxyTuned, Contender.Nginx, Contender.NginxTuned];

    /// <summary>Reads the first table of a report.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static IReadOnlyList<PlottedRow> Parse(string report)
    {
        string[][] lines =
        [
            .. report.Split('\n')
                .SkipWhile(static line => !line.StartsWith('|'))
                .TakeWhile(static line => line.StartsWith('|'))
                .Select(static line => line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries)),
        ];
        if (lines.Length < 3 || !lines[0].Contains(Contender.Linux))
        {
            throw new FormatException("This is no report of versus: its first table has to begin with the names of the contenders.");
        }

        // The last column is a ratio; the second line is the rule.
        return [.. lines.Skip(2).Select(cells => ParseRow(lines[0][..^1], cells))];
    }

    private static PlottedRow ParseRow(string[] names, string[] cells)
    {
        (string Name, double Cost, bool HasLost)[] costs =
            [.. names.Zip(cells).Skip(1).Where(static cell => cell.Second != NoPart).Select(static cell => ParseCost(cell.First, cell.Second))];
        double[] peers = [.. costs.Where(static cost => Peers.Contains(cost.Name)).Select(static cost => cost.Cost)];
        double one = peers.Length > 0 ? peers.Min() : costs.Min(static cost => cost.Cost);
        return new PlottedRow(cells[0].Split(':')[0], [.. costs.Select(cost => new PlottedCost(cost.Name, cost.Cost / one, cost.HasLost))]);
    }

    private static (string Name, double Cost, bool HasLost) ParseCost(string name, string cell)
    {
        string[] words = cell.Split(' ', 2);
        return (name, double.Parse(words[0], NumberStyles.Number, CultureInfo.InvariantCulture), words.Length > 1);
    }
}
