// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Text;

namespace LbEngine.ConsoleHost.Help;

/// <summary>The help of a command: everything of itself, and one line for each command below it.</summary>
internal sealed class HelpPage
{
    private const string Indent = "  ";
    private const int Gap = 2;

    /// <summary>What is left beside a long first column is no column any more.</summary>
    private const int LeastWidth = 30;

    private readonly StringBuilder _text = new();
    private readonly int _width;

    private HelpPage(int width) => _width = width;

    /// <param name="command">The command.</param>
    /// <param name="width">Where lines of a table end; descriptions are as wide as they were written.</param>
    public static string Write(Command command, int width)
    {
        var page = new HelpPage(width);
        page._text.Append("Description:\n");
        foreach (string line in (command.Description ?? "").Split('\n'))
        {
            page._text.Append(line.Length == 0 ? "" : Indent).Append(line).Append('\n');
        }

        page._text.Append($"\nUsage:\n{Indent}{CommandText.Usage(command)}\n");
        page.WriteTable("Arguments", command.Arguments.Where(static one => !one.Hidden).Select(
            static one => (CommandText.Usage(one), one.Description ?? "")));
        page.WriteTable("Options", CommandText.Options(command).Select(
            static one => (CommandText.Label(one), one.Description + CommandText.Default(one))));
        page.WriteTable("Commands", CommandText.Commands(command).Select(
            static one => (string.Join(' ', [one.Name, .. one.Arguments.Select(CommandText.Usage)]), CommandText.Summary(one))));
        if (CommandText.Commands(command).Any())
        {
            page._text.Append($"\n{CommandText.Name(command)} COMMAND --help has the options of a command, and examples.\n");
        }

        return page._text.ToString();
    }

    private void WriteTable(string title, IEnumerable<(string Name, string Meaning)> rows)
    {
        (string Name, string Meaning)[] all = [.. rows];
        if (all.Length == 0)
        {
            return;
        }

        _text.Append($"\n{title}:\n");
        int column = all.Max(static row => row.Name.Length) + Indent.Length + Gap;
        foreach ((string name, string meaning) in all)
        {
            _text.Append($"{Indent}{name}".PadRight(column));
            string gap = "";
            foreach (string line in Wrap(meaning, Math.Max(LeastWidth, _width - column)))
            {
                _text.Append(gap).Append(line).Append('\n');
                gap = new string(' ', column);
            }
        }
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line += line.Length > 0 ? $" {word}" : word;
        }

        yield return line;
    }
}
