// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.RegularExpressions;

namespace LbEngine.Benchmarks.Versus.Tools;

/// <summary>What <c>wrk --latency</c> said. Pure.</summary>
/// <param name="Requests">Answers that came.</param>
/// <param name="Seconds">Over how long.</param>
/// <param name="P99Microseconds">Time that one request of a hundred exceeds.</param>
/// <param name="Errors">Sockets that failed, and answers of another kind than 2xx and 3xx.</param>
internal sealed partial record WrkOutput(long Requests, double Seconds, double P99Microseconds, long Errors)
{
    /// <exception cref="FormatException">The text is not what wrk prints.</exception>
    public static WrkOutput Parse(string text)
    {
        Match total = Total().Match(text);
        Match p99 = P99().Match(text);
        if (!total.Success || !p99.Success)
        {
            throw new FormatException($"wrk said something unexpected: {text.Trim()}");
        }

        long errors = Errors4().Match(text) is { Success: true } sockets ? Enumerable.Range(1, 4).Sum(group => Integer(sockets.Groups[group])) : 0;
        errors += Status().Match(text) is { Success: true } status ? Integer(status.Groups[1]) : 0;
        return new WrkOutput(Integer(total.Groups[1]), Time(total.Groups[2], total.Groups[3]) / 1e6, Time(p99.Groups[1], p99.Groups[2]), errors);
    }

    private static long Integer(Group group) => long.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    private static double Time(Group value, Group unit) => double.Parse(value.ValueSpan, CultureInfo.InvariantCulture) * unit.Value switch
    {
        "us" => 1,
        "ms" => 1e3,
        "s" => 1e6,
        "m" => 60e6,
        _ => throw new FormatException($"wrk used an unknown unit: {unit.Value}"),
    };

    [GeneratedRegex(@"(\d+) requests in ([\d.]+)(us|ms|s|m),")]
    private static partial Regex Total();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s|m)")]
    private static partial Regex P99();

    [GeneratedRegex(@"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")]
    private static partial Regex Errors4();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex Status();
}
