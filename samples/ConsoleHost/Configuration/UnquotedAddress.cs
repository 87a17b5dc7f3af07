// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;
using LbEngine.Configuration;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>Finds addresses that YAML takes for something of its own: <c>[::]:80</c> begins a list there, and <c>*:80</c> is an alias.</summary>
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
                string advice = address.StartsWith('*')
                    ? $"write 0.0.0.0{address[1..]} for every IPv4 address, or \"[::]{address[1..]}\" for every IPv6 address"
                    : $"write it in quotes: \"{address}\"";
                return new ConfigurationError("", $"{address} means something else in YAML; {advice}", number);
            }
        }

        return null;
    }

    [GeneratedRegex("""(?<=[:\-\[,]\s*)(?<address>\*:\d+|\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[^\]\s]*)?\]:\d+)""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Address();
}
