// SPDX-License-Identifier: MIT
using System.Text;

namespace LbEngine.ConsoleHost.Shells;

/// <summary>Completion for fish.</summary>
internal static class FishScript
{
    private const string Head = """
        # Completion of lb for fish, made by `lb completion fish`.
        complete -c lb -f

        """;

    public static string Write(IReadOnlyList<ShellCommand> commands)
    {
        var text = new StringBuilder(Head);
        foreach (ShellCommand command in commands.Skip(1))
        {
            text.Append($"complete -c lb -n __fish_use_subcommand -a {command.Name} -d '{Escape(command.Summary)}'\n");
        }

        foreach (ShellCommand command in commands)
        {
            string when = command.Name.Length == 0 ? "__fish_use_subcommand" : $"'__fish_seen_subcommand_from {command.Name}'";
            foreach (ShellOption option in command.Options)
            {
                text.Append($"complete -c lb -n {when}{string.Concat(option.Names.Select(Name))}{Offer(option.Value)} -d '{Escape(option.Meaning)}'\n");
            }

            foreach (string offer in command.Arguments.Select(Arguments).Where(static offer => offer.Length > 0).Distinct())
            {
                text.Append($"complete -c lb -n {when}{offer}\n");
            }
        }

        return text.ToString();
    }

    private static string Name(string name) => name switch
    {
        ['-', '-', .. string rest] => $" -l {rest}",
        ['-', '?'] => "",
        _ => $" -s {name[1..]}",
    };

    private static string Offer(ShellValue? value) => value is null ? "" : $" -r{Arguments(value)}";

    private static string Arguments(ShellValue value) => value.Kind switch
    {
        ShellValueKind.File => " -F",
        ShellValueKind.Backend => " -a '(lb completion backends 2>/dev/null)'",
        ShellValueKind.FileOrBackend => " -F -a '(lb completion backends 2>/dev/null)'",
        ShellValueKind.Word => $" -a '{string.Join(' ', value.Words)}'",
        _ => "",
    };

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
}
