// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.RegularExpressions;

namespace LbEngine.Benchmarks.Versus.Tools;

/// <summary>What <c>sockperf</c> said of latency, which is half of a round trip. Pure.</summary>
/// <param name="P50">Microseconds that half of the messages took at most.</param>
/// <param name="P99">The same of 99 of 100.</param>
/// <param name="P999">The same of 999 of 1,000.</param>
/// <param name="Messages">How many were observed.</param>
/// <param name="Seconds">In which time: less than the whole run, of which it leaves out both ends.</param>
internal sealed partial record SockperfOutput(double P50, double P99, double P999, long Messages, double Seconds)
{
    /// <exception cref="FormatException">The text is not what sockperf prints.</exception>
    public static SockperfOutput Parse(string text)
    {
        Dictionary<string, double> percentiles = Percentile().Matches(text)
            .ToDictionary(match => match.Groups[1].Value, match => double.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
        Match count = Observations().Match(text);
        Match time = ValidTime().Match(text);
        return count.Success
            && time.Success
            && percentiles.TryGetValue("50.000", out double p50)
            && percentiles.TryGetValue("99.000", out double p99)
            && percentiles.TryGetValue("99.900", out double p999)
            ? new SockperfOutput(
                p50,
                p99,
                p999,
                long.Parse(count.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
                double.Parse(time.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            : throw new FormatException($"sockperf said something unexpected: {text.Trim()}");
    }

    [GeneratedRegex(@"percentile ([\d.]+) =\s*([\d.]+)")]
    private static partial Regex Percentile();

    [GeneratedRegex(@"\[Valid Duration\] RunTime=([\d.]+)")]
    private static partial Regex ValidTime();

    [GeneratedRegex(@"Total (\d+) observations")]
    private static partial Regex Observations();
}
