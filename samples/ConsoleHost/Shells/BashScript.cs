// SPDX-License-Identifier: MIT
using System.Text;

namespace LbEngine.ConsoleHost.Shells;

/// <summary>Completion for bash, which needs nothing of the package bash-completion.</summary>
internal static class BashScript
{
    private const string Head = """
        # Completion of lb for bash, made by `lb completion bash`.
        _lb() {
          local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command="" count=0 i
          COMPREPLY=()
          for ((i = 1; i < COMP_CWORD; i++)); do
            case ${COMP_WORDS[i]} in
              OPTIONS) ((i++)) ;;
              -*) ;;
              *) if [ -z "$command" ]; then command=${COMP_WORDS[i]}; else ((count++)); fi ;;
            esac
          done

        """;

    private const string Tail = """
          return 0
        }
        _lb_words() { COMPREPLY+=($(compgen -W "$1" -- "$word")); }
        _lb_files() { compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -f -- "$word")); }
        _lb_backends() { _lb_words "$(lb completion backends 2>/dev/null)"; }
        complete -F _lb lb

        """;

    public static string Write(IReadOnlyList<ShellCommand> commands)
    {
        IEnumerable<string> withValue = commands
            .SelectMany(static one => one.Options)
            .Where(static one => one.Value is not null)
            .SelectMany(static one => one.Names);
        var text = new StringBuilder(Head.Replace("OPTIONS", string.Join('|', withValue.Distinct().Order(StringComparer.Ordinal)), StringComparison.Ordinal));
        text.Append("  case $command:$before in\n");
        foreach (ShellCommand command in commands)
        {
            foreach (ShellOption option in command.Options.Where(static one => one.Value is not null))
            {
                text.Append($"    {string.Join('|', option.Names.Select(name => $"{command.Name}:{name}"))}) {Offer(option.Value!)}return 0 ;;\n");
            }
        }

        text.Append("  esac\n  case $word in\n    -*)\n      case $command in\n");
        foreach (ShellCommand command in commands)
        {
            text.Append($"        {Pattern(command)}) _lb_words \"{string.Join(' ', command.Options.Select(static one => one.LongName))}\" ;;\n");
        }

        text.Append("      esac\n      return 0 ;;\n  esac\n  case $command:$count in\n");
        text.Append($"    :*) _lb_words \"{string.Join(' ', commands.Skip(1).Select(static one => one.Name))}\" ;;\n");
        foreach (ShellCommand command in commands)
        {
            foreach ((ShellValue value, int i) in command.Arguments.Select(static (value, i) => (value, i)))
            {
                text.Append($"    {command.Name}:{i}) {Offer(value)};;\n");
            }
        }

        return text.Append("  esac\n").Append(Tail).ToString();
    }

    private static string Pattern(ShellCommand command) => command.Name.Length == 0 ? "\"\"" : command.Name;

    private static string Offer(ShellValue value) => value.Kind switch
    {
        ShellValueKind.File => "_lb_files; ",
        ShellValueKind.Backend => "_lb_backends; ",
        ShellValueKind.FileOrBackend => "_lb_files; _lb_backends; ",
        ShellValueKind.Word => $"_lb_words \"{string.Join(' ', value.Words)}\"; ",
        _ => "",
    };
}
