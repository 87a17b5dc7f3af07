// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Admin.Messages;

/// <summary>Durations as messages write them: a whole number and a unit (ms, s, m, h), such as <c>60s</c>; at most 24 hours.</summary>
public static class MessageDuration
{
    /// <summary>What to write, for whoever has written something else.</summary>
    public const string Expected = "a duration such as 60s, at most 24h";

    private static readonly (string Name, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
    ];

    /// <summary>Reads a duration.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">What it says, from 0 to 24 hours.</param>
    /// <returns>False when it is none, or longer.</returns>
    public static bool TryParse(string text, out TimeSpan value)
    {
        ArgumentNullException.ThrowIfNull(text);
        value = default;
        string number = text.TrimEnd('m', 's', 'h');
        string unit = text[number.Length..];
        int index = Array.FindIndex(Units, known => known.Name == unit);
        if (index < 0 || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
        {
            return false;
        }

        double milliseconds = count * Units[index].Length.TotalMilliseconds;
        value = TimeSpan.FromMilliseconds(Math.Min(milliseconds, TimeSpan.FromDays(2).TotalMilliseconds));
        return value <= TimeSpan.FromHours(24);
    }
}
