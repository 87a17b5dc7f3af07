// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace LbEngine.Benchmarks.Versus.Results;

/// <summary>Writes rows as Markdown tables that can be read as they are. Pure.</summary>
internal static class RowTable
{
    /// <summary>One row: every contender with its median, range, ratio to the best peer and further figures, and, with verdicts, the budgets.</summary>
    public static string Write(RowResult row, bool withVerdicts)
    {
        string[] details = [.. row.Contenders.SelectMany(one => one.Details.Keys).Distinct()];
        List<string[]> lines = [["", "median", "range", "ratio", "per second", .. details]];
        foreach (ContenderResult one in row.Contenders)
        {
            string ratio = double.IsNaN(row.Ratio(one)) ? "–" : row.Ratio(one).ToString("0.00", CultureInfo.InvariantCulture);
            lines.Add(
            [
                one.Name + (one == row.BestPeer ? " *" : ""),
                Number(one.Cost.Median),
                one.IsOnce ? "measured once" : $"{Number(one.Cost.Lowest)} to {Number(one.Cost.Highest)}",
                ratio,
                Number(one.Rate),
                .. details.Select(name => one.Details.TryGetValue(name, out double value) ? Number(value) : "–"),
            ]);
        }

        var text = new StringBuilder(Align(lines)).Append('\n');
        foreach (ContenderResult one in row.Contenders.Where(one => one.Note.Length > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {one.Name}: {one.Note}\n");
        }

        foreach (ContenderResult one in row.Contenders.Where(one => one.Errors + one.Wrong > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {one.Name}: {one.Errors} errors, {one.Wrong} wrong answers\n");
        }

        foreach (string verdict in Budget.For(row).Where(_ => withVerdicts).Select(budget => budget.Judge(row)).OfType<string>())
        {
            text.Append("- ").Append(verdict).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>All rows at a glance: medians, and our ratio to the best peer.</summary>
    public static string Summarize(IReadOnlyList<RowResult> rows)
    {
        string[] names = [.. rows.SelectMany(row => row.Contenders.Select(one => one.Name)).Distinct()];
        List<string[]> lines = [["", .. names, "linux / best peer"]];
        foreach (RowResult row in rows)
        {
            ContenderResult? own = row.Contenders.FirstOrDefault(one => one.Role == Contenders.ContenderRole.Own);
            string ratio = own is null || double.IsNaN(row.Ratio(own)) ? "–" : row.Ratio(own).ToString("0.00", CultureInfo.InvariantCulture);
            lines.Add([row.Title, .. names.Select(name => row.Find(name) is ContenderResult one ? Number(one.Cost.Median) + Lost(one) : "–"), ratio]);
        }

        return Align(lines);
    }

    /// <summary>Three digits that count.</summary>
    private static string Number(double value) => value.ToString(value >= 100 ? "#,0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    private static string Lost(ContenderResult one) =>
        one.Details.TryGetValue("lost", out double lost) && lost > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({lost:#,0} lost)") : "";

    private static string Align(List<string[]> lines)
    {
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length))];
        var text = new StringBuilder();
        for (int i = 0; i < lines.Count; i++)
        {
            IEnumerable<string> cells = lines[i].Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]));
            text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
            if (i == 0)
            {
                IEnumerable<string> rules = widths.Select(
                    (width, column) => column == 0 ? new string('-', width + 2) : new string('-', width + 1) + ":");
                text.Append('|').AppendJoin('|', rules).Append("|\n");
            }
        }

        return text.ToString();
    }
}
