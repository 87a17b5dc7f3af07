// SPDX-License-Identifier: MIT
using System.CommandLine;
using LbEngine.ConsoleHost.Commands;
using LbEngine.ConsoleHost.Help;

namespace LbEngine.ConsoleHost.Shells;

/// <summary>A value on the command line, as a shell sees it.</summary>
/// <param name="Label">What help calls it.</param>
/// <param name="Meaning">A sentence.</param>
/// <param name="Kind">What can be offered.</param>
/// <param name="Words">The words, where it is one of a few.</param>
internal sealed record ShellValue(string Label, string Meaning, ShellValueKind Kind, IReadOnlyList<string> Words)
{
    public static ShellValue Of(Argument argument) => Create(CommandText.Label(argument), argument.Description ?? "");

    /// <summary>The value of an option; null for a switch.</summary>
    public static ShellValue? Of(Option option) => CommandText.TakesValue(option) ? Create(option.HelpName ?? "", option.Description ?? "") : null;

    /// <summary>The name of a value says what it is: to people, and so to shells.</summary>
    private static ShellValue Create(string label, string meaning) => label switch
    {
        "FILE" => new ShellValue(label, meaning, ShellValueKind.File, []),
        "POOL/BACKEND" => new ShellValue(label, meaning, ShellValueKind.Backend, []),
        "WHAT" => new ShellValue(label, meaning, ShellValueKind.FileOrBackend, []),
        "LEVEL" => new ShellValue(label, meaning, ShellValueKind.Word, LogLevelName.Words),
        "FORMAT" => new ShellValue(label, meaning, ShellValueKind.Word, NamesOf<LogFormat>()),
        CompletionCommand.Shell => new ShellValue(label, meaning, ShellValueKind.Word, CompletionCommand.Shells),
        _ => new ShellValue(label, meaning, ShellValueKind.Free, []),
    };

    private static string[] NamesOf<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(static name => name.ToLowerInvariant())];
}
