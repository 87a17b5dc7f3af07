// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace LbEngine.Configuration.Text;

/// <summary>How places, values and names of a configuration are written in messages.</summary>
internal static class ConfigurationText
{
    private const int LongestQuote = 80;

    /// <summary>File, line, path and message as one line of text; what is not known is left out.</summary>
    public static string Locate(string path, string message, int? line, string? file)
    {
        string place = string.IsNullOrEmpty(path) ? message : $"{path}: {message}";
        string found = line is int number ? string.Create(CultureInfo.InvariantCulture, $"line {number}: {place}") : place;
        return OneLine(file is null ? found : $"{file}: {found}");
    }

    /// <summary>The path of a name inside <paramref name="path"/>. A name with a dot or an unusual character is quoted, so that paths stay unique.</summary>
    public static string Join(string path, string name)
    {
        string step = name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? name : Quote(name, '"');
        return path.Length == 0 ? step : $"{path}.{step}";
    }

    /// <summary>The path without its last name; empty when there is only one.</summary>
    public static string Parent(string path)
    {
        int end = path.EndsWith('"') ? path.LastIndexOf(".\"", StringComparison.Ordinal) : path.LastIndexOf('.');
        return end < 0 ? "" : path[..end];
    }

    /// <summary>A value in quotes: control characters are escaped and long texts cut, so that a message is always one short line.</summary>
    public static string Quote(string text, char mark = '\'')
    {
        var quoted = new StringBuilder().Append(mark);
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, LongestQuote)))
        {
            bool visible = !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('\u2028' or '\u2029') && c != mark;
            _ = visible ? quoted.Append(c) : quoted.Append(Escape(c));
        }

        return quoted.Append(text.Length > LongestQuote ? "..." : "").Append(mark).ToString();
    }

    /// <summary>Names for a message: at most ten of them.</summary>
    public static string List(IEnumerable<string> names, int count)
    {
        const int Shown = 10;
        string text = string.Join(", ", names.Take(Shown));
        return count > Shown ? $"{text} and {count - Shown} more" : text;
    }

    /// <summary>A node in words: its text when it is a scalar, its kind when it is not.</summary>
    public static string Describe(ConfigurationNode node) => node.Kind switch
    {
        ConfigurationNodeKind.Null => "empty",
        ConfigurationNodeKind.Sequence => "a list",
        ConfigurationNodeKind.Mapping => "a mapping",
        _ => node.Text.Length == 0 ? "an empty text" : Quote(node.Text),
    };

    /// <summary>What to add where a name and its value have become one text, since no blank is behind the colon; empty for every other text.</summary>
    public static string AskForBlank(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        bool isMeant = colon > 0 && colon + 1 < text.Length && text[colon + 1] is not (' ' or '/' or ':')
            && char.IsAsciiLetter(text[0]) && text.Take(colon).All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
        return isMeant ? $"; a blank is missing behind the colon: write {text[..colon]}: {Quote(text[(colon + 1)..])[1..^1]}" : "";
    }

    /// <summary>Parsers quote what they met, line breaks and terminal escapes included: no log may be forged with those.</summary>
    private static string OneLine(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(c => char.IsControl(c) ? Escape(c) : c.ToString()))
        : text;

    private static string Escape(char c) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
}
