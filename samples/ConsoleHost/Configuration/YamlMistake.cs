// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>Says in plain words why a text is no YAML, with the line where it went wrong: as a rule not the one where a parser has noticed.</summary>
internal static partial class YamlMistake
{
    /// <summary>Explains what a parser has stumbled over.</summary>
    /// <param name="text">The document.</param>
    /// <param name="line">Where the parser noticed, from 1.</param>
    /// <param name="column">The same, from 1; 0 where it does not know.</param>
    /// <param name="reason">What the parser says, for what nobody has foreseen.</param>
    public static ConfigurationError Explain(string text, int line, int column, string reason)
    {
        string[] lines = text.Split('\n');
        line = Math.Clamp(line, 1, lines.Length);
        return FindTab(lines, line, reason)
            ?? FindVariable(lines[line - 1], line)
            ?? FindOpen(text)
            ?? FindMark(lines[line - 1], line)
            ?? FindNoBlank(lines, line)
            ?? FindInLine(lines[line - 1], line, column, reason)
            ?? FindInLine(lines[Math.Max(line - 2, 0)], Math.Max(line - 1, 1), 0, "")
            ?? FindIndent(lines, line, column)
            ?? new ConfigurationError("", $"not YAML: {reason}", line);
    }

    /// <summary>YAML takes no tab for indentation. Where one stands in a value it does no harm.</summary>
    private static ConfigurationError? FindTab(string[] lines, int line, string reason)
    {
        // A parser that speaks of a tab itself may give the line where the mapping around it begins.
        bool isSure = reason.Contains("invalid tab", StringComparison.Ordinal);
        for (int number = isSure ? line : Math.Max(1, line - 1); number <= (isSure ? lines.Length : Math.Min(line + 1, lines.Length)); number++)
        {
            string indent = lines[number - 1][..^lines[number - 1].TrimStart().Length];
            if (indent.Contains('\t', StringComparison.Ordinal) && lines[number - 1].Trim().Length > 0)
            {
                return new ConfigurationError("", "begins with a tab, which YAML does not take: write blanks instead", number);
            }
        }

        return null;
    }

    private static ConfigurationError? FindOpen(string text)
    {
        var layout = YamlLayout.Of(text);
        if (layout.LongQuote is (char quote, int quoteLine))
        {
            return new ConfigurationError("", $"the quote that opens here is not closed: write {quote} behind the text", quoteLine);
        }

        if (layout.WrongClose is (char sign, int closeLine, var opened))
        {
            string advice = opened is (char open, int openLine)
                ? $"closes the {open} of line {openLine}: write {YamlLayout.ClosingOf(open)} for that one first"
                : $"closes nothing: remove it, or write {(sign == '}' ? '{' : '[')} where it begins";
            return new ConfigurationError("", $"the {sign} here {advice}", closeLine);
        }

        return layout.LeftOpen is (char left, int leftLine)
            ? new ConfigurationError("", $"the {left} that opens here is not closed: write {YamlLayout.ClosingOf(left)} behind what belongs into it", leftLine)
            : null;
    }

    /// <summary>The line, or one beside it, has a colon without a blank behind it.</summary>
    private static ConfigurationError? FindNoBlank(string[] lines, int line)
    {
        foreach (int number in (int[])[line, line - 1])
        {
            if (number > 0 && NameAndValue().Match(lines[number - 1]) is { Success: true } match)
            {
                return new ConfigurationError("", AskForBlank(match), number);
            }
        }

        return null;
    }

    private static string AskForBlank(Match match) =>
        $"a blank is missing behind the colon: write {match.Groups["name"].Value}: {SettingCheck.Quote(match.Groups["value"].Value.Trim())[1..^1]}";

    private static ConfigurationError? FindVariable(string line, int number) => Variable().Match(line) is { Success: true } match
        ? new ConfigurationError("", $"in braces {match.Groups["variable"].Value} needs quotes: write \"{match.Groups["variable"].Value}\"", number)
        : null;

    /// <summary>The parser takes marks of single values in lines of their own only, though YAML has them in braces too.</summary>
    private static ConfigurationError? FindMark(string line, int number) => MarkInBraces().Match(line) is { Success: true } match
        ? new ConfigurationError(
            "",
            $"in braces a single value takes no mark: write {match.Groups["name"].Value}: {match.Groups["mark"].Value} on a line of its own, without braces",
            number)
        : null;

    private static ConfigurationError? FindInLine(string line, int number, int column, string reason)
    {
        string here = column > 0 && column <= line.Length ? line[(column - 1)..].Trim() : "";
        string? problem = null;
        if (TextBehindQuote().IsMatch(line) && reason.Length > 0)
        {
            problem = "there is more behind the closing quote: put the whole text into quotes, of the other kind if it has some inside";
        }
        else if (reason.Contains("cannot start any token", StringComparison.Ordinal) && here.Length > 0)
        {
            problem = $"a text that begins with {here[0]} needs quotes: write \"{SettingCheck.Quote(here)[1..^1]}\"";
        }
        else if (reason.Contains("unknown escape", StringComparison.Ordinal))
        {
            problem = "in double quotes a backslash means something else: write two of them, or single quotes around the text";
        }
        else if (TwoNames().IsMatch(line))
        {
            problem = "has two names with a colon each: write the second on a line of its own, or quotes around the text behind the first";
        }
        else if (reason.Contains("expected '-'", StringComparison.Ordinal))
        {
            problem = "stands among the lines of a list, which begin with a hyphen and a blank: write the hyphen, or indent it as the name above the list";
        }

        return problem is null ? null : new ConfigurationError("", problem, number);
    }

    /// <summary>The parser stopped at the first sign of a line: it fits under none of those above.</summary>
    private static ConfigurationError? FindIndent(string[] lines, int line, int column)
    {
        string text = lines[line - 1];
        int indent = text.Length - text.TrimStart().Length;
        if (text.Trim().Length == 0 || !NameLine().IsMatch(text) || (column > 0 && column - 1 < indent))
        {
            return null;
        }

        int above = line - 1;
        while (above > 0 && lines[above - 1].AsSpan().Trim() is [] or ['#', ..])
        {
            above--;
        }

        if (above == 0)
        {
            return null;
        }

        int before = lines[above - 1].Length - lines[above - 1].TrimStart().Length;
        return indent == before ? null : new ConfigurationError(
            "",
            $"is indented by {indent}, as no line above that it could belong to: write as many blanks as its neighbours have; line {above} has {before}",
            line);
    }

    /// <summary>A name, a colon, and a value right behind it; not a URL, nor what is in quotes.</summary>
    [GeneratedRegex("""^\s*(-\s+)?(?<name>[A-Za-z_][A-Za-z0-9_.-]*):(?<value>[^\s:/].*)$""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NameAndValue();

    /// <summary>A variable in braces without quotes, which YAML takes for a brace of its own.</summary>
    [GeneratedRegex("""[{,].*:\s+(?<variable>\$\{[^}"']*\})""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Variable();

    /// <summary>A mark before a value that is no mapping and no list, in braces.</summary>
    [GeneratedRegex("""[{,]\s*(?<name>[^\s:,{}]+):\s+(?<mark>&[^\s,{}\[\]]+)\s+[^\s{\[]""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex MarkInBraces();

    [GeneratedRegex("""^[^"'#]*:\s+("[^"]*"|'[^']*')([^\s,}\]#].*|\s+[^\s,}\]#].*)$""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TextBehindQuote();

    [GeneratedRegex("""^[^"'#{\[]*[^\s"'#{\[]:\s+[^"'#{\[]*[^\s"'#{\[]:(\s|$)""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TwoNames();

    [GeneratedRegex("""^\s*(-\s+)?[^\s#:"']+\s*:(\s|$)""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NameLine();
}
