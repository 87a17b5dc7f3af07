// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Configuration.Text;

/// <summary>Durations as they are written in a configuration: a whole number and a unit, such as <c>30s</c>.</summary>
internal static class DurationText
{
    /// <summary>The same as a regular expression for editors; what has a minus or leading zeros is wrong anyway.</summary>
    public const string Pattern = "^(0|[1-9][0-9]*)(ms|s|m|h|d)$";

    private static readonly (string Name, TimeSpan Length)[] Units =
    [
        ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    /// <summary>Reads a duration. When the text is none, <paramref name="problem"/> says what to write instead.</summary>
    public static bool TryParse(string text, DurationRange range, out TimeSpan value, out string problem)
    {
        value = default;
        problem = "";
        string number = text.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyz").ToString();
        string unit = text[number.Length..];
        if (!IntegerText.IsWritten(number))
        {
            problem = $"must be a whole number with a unit (ms, s, m, h, d), such as 30s, was {ConfigurationText.Quote(text)}";
            return false;
        }

        if (unit.Length == 0)
        {
            problem = AskForUnit(number, range);
            return false;
        }

        int index = Array.FindIndex(Units, known => known.Name == unit);
        if (index < 0)
        {
            problem = $"has an unknown unit; write ms, s, m, h or d, such as 30s, was {ConfigurationText.Quote(text)}";
            return false;
        }

        bool fits = long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long count);
        if (!fits || Int128.Abs((Int128)count * Units[index].Length.Ticks) > TimeSpan.MaxValue.Ticks)
        {
            problem = range.Refuse(ConfigurationText.Quote(text)[1..^1]);
            return false;
        }

        value = TimeSpan.FromTicks(count * Units[index].Length.Ticks);
        return true;
    }

    /// <summary>Advice that is right when it is followed: with seconds where they fit, else with the first unit that does.</summary>
    private static string AskForUnit(string number, DurationRange range)
    {
        string quoted = ConfigurationText.Quote(number)[1..^1];
        foreach (string unit in (ReadOnlySpan<string>)["s", "ms", "m", "h", "d"])
        {
            if (TryParse(number + unit, range, out TimeSpan value, out _) && range.Contains(value))
            {
                return $"needs a unit (ms, s, m, h, d): write {quoted}{unit}";
            }
        }

        return $"{range.Refuse(quoted)}; write it with a unit (ms, s, m, h, d)";
    }

    /// <summary>Reads what the source of this library says.</summary>
    public static TimeSpan Parse(string text) =>
        TryParse(text, default, out TimeSpan value, out string problem) ? value : throw new FormatException(problem);

    /// <summary>Writes a duration with the largest unit that leaves a whole number.</summary>
    public static string Format(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
        {
            return "0s";
        }

        foreach ((string name, TimeSpan length) in Units)
        {
            if (value.Ticks % length.Ticks == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{value.Ticks / length.Ticks}{name}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds:0.####}ms");
    }
}
