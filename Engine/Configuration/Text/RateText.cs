// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Configuration.Text;

/// <summary>Rates as they are written in a configuration: a whole number and a time, such as <c>10/s</c>, <c>600/m</c> or <c>100/h</c>.</summary>
internal static class RateText
{
    public const string Expected = "a rate such as 10/s, 600/m or 100/h";

    /// <summary>The same as a regular expression for editors.</summary>
    public const string Pattern = "^[1-9][0-9]{0,6}/[smh]$";

    private static readonly IntegerRange Counts = new(1, 1_000_000);

    private static readonly (string Name, TimeSpan Length)[] Units =
    [
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
    ];

    // What other programs and people write for the same units.
    private static readonly string[] LikeUnits = ["sec", "second", "seconds", "min", "minute", "minutes", "hour", "hours", "hr"];

    /// <summary>Reads a rate. When the text is none, <paramref name="problem"/> says what to write instead.</summary>
    public static bool TryParse(string text, out int count, out TimeSpan per, out string problem)
    {
        per = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string number = slash < 0 ? text : text[..slash];
        string unit = slash < 0 ? "" : text[(slash + 1)..];
        string quoted = ConfigurationText.Quote(text);
        if (!IntegerText.TryParse(number, Counts, out count, out problem))
        {
            problem = IntegerText.IsWritten(number) ? Counts.Refuse(quoted) : $"must be {Expected}{Meant(number)}, was {quoted}";
            return false;
        }

        if (slash < 0)
        {
            problem = count == 0
                ? $"must be {Expected}; leave it out for no limit, was {quoted}"
                : $"needs a time (s, m, h): write {number}/s, was {quoted}";
            return false;
        }

        int index = Array.FindIndex(Units, known => known.Name == unit);
        if (index < 0)
        {
            string remedy = LikeUnits.Contains(unit.ToLowerInvariant()) ? $": write {number}/{char.ToLowerInvariant(unit[0])}" : ", such as 10/s";
            problem = $"has an unknown time; it is s, m or h{remedy}, was {quoted}";
            return false;
        }

        problem = Counts.Contains(count) ? "" : $"the number of a rate {Counts.Refuse(quoted)}; leave it out for no limit";
        per = Units[index].Length;
        return problem.Length == 0;
    }

    /// <summary>What comes in in a second, at least one; 0 where there is no rate.</summary>
    public static int BurstOf(string text) => TryParse(text, out int count, out TimeSpan per, out _)
        ? Math.Max(1, (int)Math.Ceiling(count / per.TotalSeconds))
        : 0;

    /// <summary>As nginx writes it: <c>10r/s</c>.</summary>
    private static string Meant(string number) => number.EndsWith('r') && IntegerText.IsWritten(number[..^1])
        ? string.Create(CultureInfo.InvariantCulture, $": write {number[..^1]} without the r")
        : "";
}
