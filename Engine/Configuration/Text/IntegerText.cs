// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Configuration.Text;

/// <summary>Whole numbers as they are written in a configuration: digits with an optional minus, nothing else.</summary>
internal static class IntegerText
{
    /// <summary>True for <c>0</c>, <c>17</c> and <c>-3</c>; false for <c>+1</c>, <c>007</c>, <c>1_000</c>, <c>1.0</c> and <c>0x10</c>.</summary>
    public static bool IsWritten(string text)
    {
        ReadOnlySpan<char> digits = text.StartsWith('-') ? text.AsSpan(1) : text;
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange('0', '9') && (digits.Length == 1 || digits[0] != '0');
    }

    /// <summary>Reads a number of any size that fits the type of the setting. Smaller misses of the range are the validator's.</summary>
    public static bool TryParse(string text, IntegerRange range, out int value, out string problem)
    {
        value = 0;
        problem = "";
        if (!IsWritten(text))
        {
            problem = $"must be a whole number {range}, was {ConfigurationText.Quote(text)}";
            return false;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
        {
            problem = range.Refuse(ConfigurationText.Quote(text)[1..^1]);
            return false;
        }

        return true;
    }
}
