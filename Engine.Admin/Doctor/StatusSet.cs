// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Admin.Doctor;

/// <summary>Statuses of HTTP that count as success, such as <c>200-299,304</c>.</summary>
internal sealed class StatusSet
{
    private readonly (int First, int Last)[] _ranges;

    private StatusSet(string text, (int First, int Last)[] ranges)
    {
        Text = text;
        _ranges = ranges;
    }

    public static StatusSet Default { get; } = new("200-299", [(200, 299)]);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Null when the text is wrong.</summary>
    public static StatusSet? TryParse(string text)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !TryParseStatus(ends[0], out int first) || !TryParseStatus(ends[^1], out int last) || first > last)
            {
                return null;
            }

            ranges.Add((first, last));
        }

        return new StatusSet(text, [.. ranges]);
    }

    public bool Contains(int status) => Array.Exists(_ranges, range => status >= range.First && status <= range.Last);

    private static bool TryParseStatus(string text, out int status) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out status) && status is >= 100 and <= 599;
}
