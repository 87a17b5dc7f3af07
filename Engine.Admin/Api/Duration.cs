// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Admin.Api;

/// <summary>Durations as a configuration writes them, at most a day.</summary>
internal static class Duration
{
    public const string Expected = "a duration such as 60s, at most 24h";

    private static readonly (string Name, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
    ];

    public static bool TryParse(string text, out TimeSpan value)
    {
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
