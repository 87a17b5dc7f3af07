// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Configuration.Text;

/// <summary>Statuses of HTTP that count as success: numbers and ranges, such as <c>200-299,304</c>. Immutable.</summary>
internal sealed class StatusRanges
{
    public const string Expected = "a status, a range or several of them, such as 200-299 or 200,301-302";

    private readonly (int First, int Last)[] _ranges;

    private StatusRanges((int First, int Last)[] ranges) => _ranges = ranges;

    /// <summary>Null when the text is wrong.</summary>
    public static StatusRanges? TryParse(string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        var ranges = new (int First, int Last)[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            string[] ends = parts[i].Split('-');
            if (ends.Length > 2 || !Array.TrueForAll(ends, IsStatus))
            {
                return null;
            }

            ranges[i] = (int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[^1], CultureInfo.InvariantCulture));
            if (ranges[i].First > ranges[i].Last)
            {
                return null;
            }
        }

        return new StatusRanges(ranges);
    }

    public bool Contain(int status)
    {
        foreach ((int first, int last) in _ranges)
        {
            if (status >= first && status <= last)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsStatus(string text) => text.Length == 3 && IntegerText.IsWritten(text) && text[0] is >= '1' and <= '5';
}
