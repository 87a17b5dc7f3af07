// SPDX-License-Identifier: MIT
using System.CommandLine;
using LbEngine.ConsoleHost.Help;

namespace LbEngine.ConsoleHost.Shells;

/// <summary>A command, as a shell sees it.</summary>
/// <param name="Name">Its word; empty for <c>lb</c> alone.</param>
/// <param name="Summary">A sentence.</param>
/// <param name="Arguments">Its values, in their order.</param>
/// <param name="Options">Those that it understands.</param>
internal sealed record ShellCommand(string Name, string Summary, IReadOnlyList<ShellValue> Arguments, IReadOnlyList<ShellOption> Options)
{
    /// <summary><c>lb</c> alone first, then every command that help shows.</summary>
    public static IReadOnlyList<ShellCommand> All(RootCommand root) => [Of(root, ""), .. CommandText.Commands(root).Select(static one => Of(one, one.Name))];

    private static ShellCommand Of(Command command, string name) => new(
        name,
        CommandText.Summary(command),
        [.. command.Arguments.SelectMany(static one => Enumerable.Repeat(ShellValue.Of(one), one.Arity.MaximumNumberOfValues))],
        [.. CommandText.Options(command).Select(static one => new ShellOption([.. CommandText.Names(one)], FirstSentence(one), ShellValue.Of(one)))]);

    private static string FirstSentence(Option option)
    {
        string text = option.Description ?? "";
        int end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 1)];
    }
}
