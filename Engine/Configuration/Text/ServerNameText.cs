// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Text;

/// <summary>The name of a server as a TLS client sends it (RFC 6066, section 3), or a wildcard for such names.</summary>
internal static class ServerNameText
{
    public const string Expected = "the name of a server such as shop.example, *.shop.example or **.shop.example";

    /// <summary>Letters, digits, hyphens and underscores between dots, for editors.</summary>
    public const string Pattern = @"^(\*{1,2}\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$";

    private const int LongestName = 253;
    private const int LongestLabel = 63;
    private const string OneLabel = "*.";
    private const string AnyLabels = "**.";

    /// <summary>Why a text is no such name, and what to write; null when it is one.</summary>
    public static string? Refuse(string text)
    {
        string name = WithoutWildcard(text);
        name = name.EndsWith('.') ? name[..^1] : name;
        if (text.Any(static c => c > '~'))
        {
            return $"has other letters than those of DNS, was {ConfigurationText.Quote(text)}; write it as DNS has it, such as xn--bcher-kva.example";
        }

        if (name.Contains('*', StringComparison.Ordinal))
        {
            return $"a star stands for whole labels at the front, *.shop.example or **.shop.example, was {ConfigurationText.Quote(text)}";
        }

        bool isName = name.Length is > 0 and <= LongestName && Array.TrueForAll(name.Split('.'), IsLabel);
        return isName ? null : $"must be {Expected}, was {ConfigurationText.Quote(text)}";
    }

    /// <summary>As names are compared: lower case, without a dot at the end.</summary>
    public static string Normalize(string text)
    {
        string name = text.ToLowerInvariant();
        return name.EndsWith('.') ? name[..^1] : name;
    }

    private static string WithoutWildcard(string text) =>
        text.StartsWith(AnyLabels, StringComparison.Ordinal) ? text[AnyLabels.Length..]
        : text.StartsWith(OneLabel, StringComparison.Ordinal) ? text[OneLabel.Length..]
        : text;

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LongestLabel
        && label[0] != '-'
        && label[^1] != '-'
        && label.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
