// SPDX-License-Identifier: MIT
using System.Text;

namespace LbEngine.ConsoleHost.Manual;

/// <summary>Writes a manual page: text for man, in the macros of man(7).</summary>
internal sealed class RoffText
{
    private readonly StringBuilder _text = new();

    /// <param name="name">Of the page.</param>
    /// <param name="section">Of the manual.</param>
    /// <param name="summary">A line, for whatis and apropos.</param>
    public RoffText(string name, int section, string summary)
    {
        string version = typeof(RoffText).Assembly.GetName().Version?.ToString(3) ?? "";
        _text.Append($".TH {name.ToUpperInvariant()} {section} \"\" \"LbEngine {version}\" \"LbEngine\"\n.SH NAME\n{Escape(name)} \\- {Escape(summary)}\n");
    }

    public override string ToString() => _text.ToString();

    public void Chapter(string title) => _text.Append($".SH {Escape(title.ToUpperInvariant())}\n");

    public void Section(string title) => _text.Append($".SS {Escape(title)}\n");

    public void Paragraph(string text) => _text.Append($".PP\n{Line(text)}");

    /// <summary>A line of a list, of words that stand as they are.</summary>
    public void Bold(string text) => _text.Append($".B {Escape(text)}\n.br\n");

    /// <summary>A name, and what it means.</summary>
    public void Term(string name, string meaning) => _text.Append($".TP\n.B {Escape(name)}\n{Line(meaning)}");

    public void Item(string text) => _text.Append($".IP \\(bu 2\n{Line(text)}");

    /// <summary>Lines that stay as they are.</summary>
    public void Literal(IEnumerable<string> lines)
    {
        _text.Append(".PP\n.RS 4\n.nf\n");
        foreach (string line in lines)
        {
            _text.Append(Guard(Escape(line))).Append('\n');
        }

        _text.Append(".fi\n.RE\n");
    }

    /// <summary>Paragraphs as they stand in the help of a command, and examples, which are indented there.</summary>
    public void Description(string description)
    {
        foreach (string paragraph in description.Split("\n\n"))
        {
            string[] lines = paragraph.Split('\n');
            int text = lines.TakeWhile(static line => !line.StartsWith(' ')).Count();
            _text.Append(text > 0 ? ".PP\n" : "").AppendJoin("", lines[..text].Select(Line));
            if (text < lines.Length)
            {
                Literal(lines[text..].Select(static line => line.StartsWith("  ", StringComparison.Ordinal) ? line[2..] : line));
            }
        }
    }

    /// <summary>A line of running text; what stands between backticks is bold.</summary>
    private static string Line(string text)
    {
        string[] parts = text.Split('`');
        string line = string.Concat(parts.Select(static (part, i) => i % 2 == 1 ? $"\\fB{Escape(part)}\\fR" : Escape(part)));
        return $"{Guard(line)}\n";
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).Replace("^", "\\(ha", StringComparison.Ordinal)
            .Replace("~", "\\(ti", StringComparison.Ordinal).Replace("'", "\\(aq", StringComparison.Ordinal);

    /// <summary>A dot at the start of a line would be a macro.</summary>
    private static string Guard(string line) => line.StartsWith('.') ? $"\\&{line}" : line;
}
