// SPDX-License-Identifier: MIT
using System.Buffers;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>
/// Looks at the text of a document that is no YAML, for what opens and is not closed. It knows quotes, brackets and comments, and nothing else; so it
/// finds what a parser notices far from where it was written.
/// </summary>
internal sealed class YamlLayout
{
    private static readonly SearchValues<char> AfterMark = SearchValues.Create(" \t\r\n,]}");

    private readonly Stack<(char Sign, int Line)> _open = new();

    private YamlLayout(string text) => Scan(text);

    /// <summary>A quote that was opened in one line and closed in none or in another one; null when there is none. Line from 1.</summary>
    public (char Sign, int Line)? LongQuote { get; private set; }

    /// <summary>A bracket that closes what was not opened, or something else than was opened; null when there is none.</summary>
    public (char Sign, int Line, (char Sign, int Line)? Opened)? WrongClose { get; private set; }

    /// <summary>The innermost bracket that is open at the end; null when there is none.</summary>
    public (char Sign, int Line)? LeftOpen => _open.TryPeek(out (char Sign, int Line) open) ? open : null;

    public static YamlLayout Of(string text) => new(text);

    public static char ClosingOf(char sign) => sign == '{' ? '}' : ']';

    private void Scan(string text)
    {
        int line = 1;
        bool isStart = true; // of a value: quotes and brackets mean something here, and inside a plain text only where brackets are open
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool afterBlank = i == 0 || text[i - 1] is ' ' or '\t' or '\n' or '\r';
            switch (c)
            {
                case '\n':
                    line++;
                    isStart = true;
                    break;
                case '#' when afterBlank:
                    i = EndOfLine(text, i) - 1;
                    break;
                case '"' or '\'' when isStart:
                    int end = FindClose(text, i);
                    int lines = text.AsSpan(i, (end < 0 ? text.Length : end) - i).Count('\n');
                    LongQuote ??= end < 0 || lines > 0 ? (c, line) : null;
                    line += lines;
                    i = end < 0 ? text.Length : end;
                    isStart = false;
                    break;
                case '&' when isStart: // a mark; the value comes behind it
                    i = EndOfWord(text, i) - 1;
                    break;
                case '{' or '[' when isStart:
                    _open.Push((c, line));
                    break;
                case '}' or ']' when isStart || _open.Count > 0:
                    Close(c, line);
                    isStart = _open.Count == 0;
                    break;
                case ',' when _open.Count > 0:
                case ':' or '-' when i + 1 == text.Length || text[i + 1] is ' ' or '\t' or '\n' or '\r':
                    isStart = true;
                    break;
                case ' ' or '\t' or '\r':
                    break;
                default:
                    isStart = false;
                    break;
            }
        }
    }

    private void Close(char sign, int line)
    {
        if (!_open.TryPop(out (char Sign, int Line) opened))
        {
            WrongClose ??= (sign, line, null);
        }
        else if (ClosingOf(opened.Sign) != sign)
        {
            WrongClose ??= (sign, line, opened);
        }
    }

    private static int EndOfLine(string text, int from)
    {
        int end = text.IndexOf('\n', from);
        return end < 0 ? text.Length : end;
    }

    private static int EndOfWord(string text, int from)
    {
        int length = text.AsSpan(from).IndexOfAny(AfterMark);
        return length < 0 ? text.Length : from + length;
    }

    /// <summary>Where a quoted text ends; -1 when it does not.</summary>
    private static int FindClose(string text, int open)
    {
        char quote = text[open];
        for (int i = open + 1; i < text.Length; i++)
        {
            if (quote == '"' && text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == quote)
            {
                if (quote == '"' || i + 1 == text.Length || text[i + 1] != quote)
                {
                    return i;
                }

                i++;
            }
        }

        return -1;
    }
}
