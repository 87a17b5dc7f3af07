// SPDX-License-Identifier: MIT
using System.Text;

namespace LbEngine.ConsoleHost.Shells;

/// <summary>Completion for zsh, as a file <c>_lb</c> of its function path, or to be sourced.</summary>
internal static class ZshScript
{
    private const string Head = """
        #compdef lb
        # Completion of lb for zsh, made by `lb completion zsh`.
        _lb_backends() {
          local -a names
          names=(${(f)"$(lb completion backends 2>/dev/null)"})
          compadd -a names
        }
        _lb_files_or_backends() {
          _files
          _lb_backends
        }
        _lb() {
          local curcontext=$curcontext state state_descr line
          local -a commands
          typeset -A opt_args
          commands=(

        """;

    private const string Tail = """
              esac ;;
          esac
        }
        if [ "$funcstack[1]" = _lb ]; then
          _lb "$@"
        else
          compdef _lb lb
        fi

        """;

    public static string Write(IReadOnlyList<ShellCommand> commands)
    {
        var text = new StringBuilder(Head);
        foreach (ShellCommand command in commands.Skip(1))
        {
            text.Append($"    '{command.Name}:{Escape(command.Summary)}'\n");
        }

        text.Append("  )\n  _arguments -C");
        WriteSpecs(text, commands[0], "    ");
        text.Append(" \\\n    '1:command:->command' \\\n    '*::argument:->arguments'\n");
        text.Append("  case $state in\n    command) _describe -t commands 'command of lb' commands ;;\n    arguments)\n      case $words[1] in\n");
        foreach (ShellCommand command in commands.Skip(1))
        {
            text.Append($"        {command.Name})\n          _arguments");
            WriteSpecs(text, command, "            ");
            text.Append(" ;;\n");
        }

        return text.Append(Tail).ToString();
    }

    private static void WriteSpecs(StringBuilder text, ShellCommand command, string indent)
    {
        foreach (ShellOption option in command.Options)
        {
            // One that stands already is not offered again; --backend may come more than once.
            string value = option.Value is null ? "" : $":{Escape(option.Value.Label)}:{Offer(option.Value)}";
            text.Append($" \\\n{indent}'*{option.LongName}[{Escape(option.Meaning)}]{value}'");
        }

        foreach ((ShellValue value, int i) in command.Arguments.Select(static (value, i) => (value, i + 1)))
        {
            text.Append($" \\\n{indent}'{i}:{Escape(value.Label)}:{Offer(value)}'");
        }
    }

    private static string Offer(ShellValue value) => value.Kind switch
    {
        ShellValueKind.File => "_files",
        ShellValueKind.Backend => "_lb_backends",
        ShellValueKind.FileOrBackend => "_lb_files_or_backends",
        ShellValueKind.Word => $"({string.Join(' ', value.Words)})",
        _ => " ",
    };

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("'", "'\\''", StringComparison.Ordinal)
        .Replace("[", "\\[", StringComparison.Ordinal)
        .Replace("]", "\\]", StringComparison.Ordinal)
        .Replace(":", "\\:", StringComparison.Ordinal);
}
