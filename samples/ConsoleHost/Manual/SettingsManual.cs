// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;

namespace LbEngine.ConsoleHost.Manual;

/// <summary>lb.yaml(5), of the page that <c>lb schema --markdown</c> prints.</summary>
/// <remarks>It knows of Markdown what that page uses: chapters, tables, lists, code, links.</remarks>
internal static partial class SettingsManual
{
    /// <summary>Of a table of settings: name, values, default, meaning.</summary>
    private const int SettingCells = 4;

    public static string Write() => Write(ConfigurationSchema.ToMarkdown(LbSections.All));

    public static string Write(string markdown)
    {
        var page = new RoffText("lb.yaml", 5, "configuration of lb, the layer-4 load balancer");
        page.Chapter("Description");
        string[] lines = Link().Replace(Comment().Replace(markdown, ""), "$1").Split('\n');
        for (int i = 0; i < lines.Length;)
        {
            int start = i++;
            string first = lines[start];
            if (first.StartsWith("```", StringComparison.Ordinal))
            {
                i = Array.IndexOf(lines, "```", i) + 1;
                page.Literal(lines[(start + 1)..(i - 1)]);
            }
            else if (first.StartsWith("## ", StringComparison.Ordinal))
            {
                page.Chapter(first[3..]);
            }
            else if (first.StartsWith('|'))
            {
                WriteRow(page, lines, start);
            }
            else if (first.Length > 0 && !first.StartsWith('#'))
            {
                // Whatever follows until something else begins is the same paragraph.
                i = start + 1 + lines.Skip(start + 1).TakeWhile(static line => line.Length > 0 && !IsStart(line)).Count();
                WriteText(page, string.Join(' ', lines[start..i].Select(static line => line.Trim())));
            }
        }

        page.Chapter("See also");
        page.Paragraph("`lb`(1)");
        return page.ToString();
    }

    private static void WriteText(RoffText page, string text)
    {
        if (text.StartsWith("- ", StringComparison.Ordinal))
        {
            page.Item(text[2..]);
        }
        else
        {
            page.Paragraph(text);
        }
    }

    private static void WriteRow(RoffText page, string[] lines, int index)
    {
        bool isHead = IsRule(lines[index]) || (index + 1 < lines.Length && IsRule(lines[index + 1]));
        string[] cells = [.. lines[index].Trim('|', ' ').Split('|').Select(static cell => cell.Trim())];
        if (isHead)
        {
            return;
        }

        string name = cells[0].Replace("`", "", StringComparison.Ordinal);
        if (cells.Length == SettingCells)
        {
            string fallback = cells[2] is "" or "required" ? cells[2] : $"default {cells[2]}";
            string values = string.Join("; ", new[] { cells[1], fallback }.Where(static text => text.Length > 0));
            page.Term(name, $"{cells[3]} ({values})");
        }
        else
        {
            page.Term(name, cells[^1]);
        }
    }

    private static bool IsRule(string line) => line.StartsWith("| ---", StringComparison.Ordinal);

    private static bool IsStart(string line) => line[0] is '|' or '#' or '`' || line.StartsWith("- ", StringComparison.Ordinal);

    [GeneratedRegex(@"(?s)<!--.*?-->")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\[([^\]\[]+)\]\(#[^)]*\)")]
    private static partial Regex Link();
}
