// SPDX-License-Identifier: MIT

namespace LbEngine.Configuration.Text;

/// <summary>Where networks of an access list come from: one that is written there, or <c>file:</c> and the path of a file that lists them.</summary>
internal static class NetworkSource
{
    public const string Expected = "a network such as 10.0.0.0/8 or 2001:db8::/32, an address alone, or file: and a path";

    private const string FilePrefix = "file:";

    public static bool IsFile(string text) => text.StartsWith(FilePrefix, StringComparison.Ordinal);

    /// <summary>The path of a source that is a file.</summary>
    public static string PathOf(string text) => text[FilePrefix.Length..];

    /// <summary>What is wrong with a text, without the text; null when nothing is.</summary>
    public static string? Refuse(string text)
    {
        if (IsFile(text))
        {
            string path = PathOf(text);
            return path.StartsWith("//", StringComparison.Ordinal) ? $"is no URL: write {FilePrefix}/ and the path"
                : path.Trim().Length == 0 ? "lacks the path of a file: write it such as file:/etc/lb/office.txt"
                : path.Contains('\0', StringComparison.Ordinal) ? "has a path that no file can have"
                : null;
        }

        if (text.StartsWith('/') || text.StartsWith("./", StringComparison.Ordinal))
        {
            return "looks like a file: write file: and its path";
        }

        return NetworkText.TryParse(text, out _, out string problem) ? null : problem;
    }
}
