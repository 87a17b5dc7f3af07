// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;
using LbEngine.Configuration;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>Finds addresses that YAML takes for something of its own: <c>[::]:80</c> begins a list there.</summary>
internal static partial class UnquotedAddress
{
    /// <summary>What to write instead, with its line; null when there is no such address on the line, or on the one before, where a parser that has
    /// run into it may stand.</summary>
    public static ConfigurationError? Find(string text, int? line)
    {
        string[] lines = text.Split('\n');
        for (int number = Math.Min(line ?? 0, lines.Length); number > 0 && number >= line - 1; number--)
        {
            if (Address().Match(lines[number - 1]) is { Success: true } match)
            {
                string address = match.Groups["address"].Value;
                return new ConfigurationError("", $"{address} means something else in YAML; write it in quotes: \"{address}\"", number);
            }
        }

        return null;
    }

    [GeneratedRegex("""(?<=[:\-\[,]\s*)(?<address>\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[^\]\s]*)?\]:\d+)""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Address();
}
