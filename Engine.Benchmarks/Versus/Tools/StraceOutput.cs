// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.RegularExpressions;

namespace LbEngine.Benchmarks.Versus.Tools;

/// <summary>The sum line of <c>strace -f -c</c>. Pure.</summary>
internal static partial class StraceOutput
{
    /// <summary>System calls in all.</summary>
    /// <exception cref="FormatException">There is no sum line.</exception>
    public static long ParseTotal(string text) => Total().Match(text) is { Success: true } match
        ? long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : throw new FormatException($"strace said something unexpected: {text.Trim()}");

    [GeneratedRegex(@"^\s*100\.00\s+[\d.]+\s+[\d.]*\s+(\d+)(?:\s+\d+)?\s+total\s*$", RegexOptions.Multiline)]
    private static partial Regex Total();
}
