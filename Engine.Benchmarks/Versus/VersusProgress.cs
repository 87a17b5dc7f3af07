// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Benchmarks.Versus;

/// <summary>How far a comparison has come, in words, and how long it will go on. Pure.</summary>
internal static class VersusProgress
{
    /// <summary>What to say before a row.</summary>
    /// <remarks>How long the rest takes is told by the rows before it: warming up until the cost is flat takes what it takes.</remarks>
    /// <param name="done">Rows that are measured.</param>
    /// <param name="all">Rows of this run.</param>
    /// <param name="title">The row that is next.</param>
    /// <param name="elapsed">Since the first row began.</param>
    public static string Describe(int done, int all, string title, TimeSpan elapsed)
    {
        string next = string.Create(CultureInfo.InvariantCulture, $"Row {done + 1} of {all}, {title}");
        if (done == 0)
        {
            return next;
        }

        double minutes = Math.Ceiling(elapsed.TotalMinutes / done * (all - done));
        return string.Create(CultureInfo.InvariantCulture, $"{next}; {elapsed:h\\:mm\\:ss} until now, about {minutes:0} min to go");
    }
}
