// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace LbEngine.ConsoleHost.Tables;

/// <summary>Lines of text under titles, at most <see cref="Width"/> columns wide: the longest texts are cut where they do not fit.</summary>
internal sealed class TextTable(params TextColumn[] columns)
{
    /// <summary>The widest line.</summary>
    public const int Width = 100;

    private const int Gap = 2;
    private const int Narrowest = 6;
    private const char Cut = '~';

    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) =>
        _rows.Add(Array.ConvertAll(cells, static cell => TerminalText.Escape(cell.Length > Width ? cell[..(Width + 1)] : cell)));

    public IEnumerable<string> Lines()
    {
        int[] widths = Fit();
        yield return Format([.. columns.Select(column => column.Title)], widths);
        foreach (string[] row in _rows)
        {
            yield return Format(row, widths);
        }
    }

    /// <summary>Numbers as people read them: exact while they are short, then with a letter for the power of 1000.</summary>
    public static string Short(long value)
    {
        const string Units = "kMGTPE";
        if (value < 100_000)
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        double scaled = value;
        int unit = -1;
        while (scaled >= 999.95)
        {
            scaled /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{scaled:0.0}{Units[unit]}");
    }

    /// <summary>How often or how much a second: with a decimal while that says something.</summary>
    public static string Rate(double perSecond) => perSecond switch
    {
        > 0 and < 99.95 => perSecond.ToString("0.0", CultureInfo.InvariantCulture),
        < long.MaxValue => Short((long)Math.Round(perSecond)),
        _ => Short(long.MaxValue),
    };

    /// <summary>Seconds as people read times.</summary>
    public static string Age(double seconds) => seconds switch
    {
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0}s"),
        < 6000 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.0}m"),
        < 360_000 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.0}h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400:0.0}d"),
    };

    private int[] Fit()
    {
        int[] widths = [.. columns.Select((column, i) => _rows.Select(row => row[i].Length).Append(column.Title.Length).Max())];
        int excess = widths.Sum() + Gap * (widths.Length - 1) - Width;
        for (; excess > 0; excess--)
        {
            int widest = -1;
            for (int i = 0; i < widths.Length; i++)
            {
                if (!columns[i].IsNumber && widths[i] > Narrowest && (widest < 0 || widths[i] > widths[widest]))
                {
                    widest = i;
                }
            }

            if (widest < 0)
            {
                break;
            }

            widths[widest]--;
        }

        return widths;
    }

    private string Format(string[] cells, int[] widths)
    {
        var line = new StringBuilder();
        for (int i = 0; i < cells.Length; i++)
        {
            string cell = cells[i].Length > widths[i] ? cells[i][..(widths[i] - 1)] + Cut : cells[i];
            line.Append(columns[i].IsNumber ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i])).Append(' ', Gap);
        }

        return line.ToString().TrimEnd();
    }
}
