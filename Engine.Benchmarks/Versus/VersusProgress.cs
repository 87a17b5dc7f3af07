// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Benchmarks.Versus;

/// <summary>How far a comparison has come, in words, and how long it will go on. Pure.</summary>
internal static class VersusProgress
{
    /// <summary>What to say before a row.</summary>
    /// <remarks>How long the rest takes is told by the rows before it, once there are any: warming up until the cost is flat takes what it takes.</remarks>
    /// <param name="done">Rows that are measured.</param>
    /// <param name="weights">How long each row takes beside the others.</param>
    /// <param name="title">The row that is next.</param>
    /// <param name="elapsed">Since the first row began.</param>
    /// <param name="expected">Seconds that a row of weight 1 takes, as far as one can know before.</param>
    public static string Describe(int done, IReadOnlyList<double> weights, string title, TimeSpan elapsed, double expected)
    {
        // The first row is too short to tell anything.
        double seconds = done > 1 ? elapsed.TotalSeconds / weights.Take(done).Sum() : expected;
        double minutes = Math.Max(1, Math.Ceiling(seconds * weights.Skip(done).Sum() / 60));
        string until = done == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {elapsed:h\\:mm\\:ss} until now,");
        return string.Create(CultureInfo.InvariantCulture, $"Row {done + 1} of {weights.Count}, {title};{until} about {minutes:0} min to go");
    }
}
