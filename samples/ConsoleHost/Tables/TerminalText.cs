// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace LbEngine.ConsoleHost.Tables;

/// <summary>
/// Text that comes from elsewhere, for a terminal: what could move its cursor, turn its letters around or begin a line of its own is spelt out.
/// </summary>
/// <remarks>Spelt as JSON does, so that a reply in JSON says the same afterwards. What has none of it is returned as it is.</remarks>
internal static class TerminalText
{
    /// <summary>One line.</summary>
    public static string Escape(string line) => Escape(line, keepsLines: false);

    /// <summary>Several lines.</summary>
    public static string EscapeLines(string text) => Escape(text, keepsLines: true);

    private static string Escape(string text, bool keepsLines)
    {
        int first = 0;
        while (first < text.Length && IsPlain(text, first, keepsLines))
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        var escaped = new StringBuilder(text, 0, first, text.Length + 16);
        for (int i = first; i < text.Length; i++)
        {
            _ = IsPlain(text, i, keepsLines) ? escaped.Append(text[i]) : escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
        }

        return escaped.ToString();
    }

    private static bool IsPlain(string text, int index, bool keepsLines) => text[index] switch
    {
        >= ' ' and <= '~' => true,
        '\n' or '\t' => keepsLines,
        char letter when char.IsSurrogate(letter) => IsPlainPair(text, index),
        char letter => char.GetUnicodeCategory(letter) is not
            (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator),
    };

    /// <summary>A half alone is no letter, and there are invisible ones among the whole.</summary>
    private static bool IsPlainPair(string text, int index)
    {
        int start = char.IsLowSurrogate(text[index]) ? index - 1 : index;
        return start >= 0
            && start + 1 < text.Length
            && char.IsSurrogatePair(text[start], text[start + 1])
            && CharUnicodeInfo.GetUnicodeCategory(text, start) is not (UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned);
    }
}
