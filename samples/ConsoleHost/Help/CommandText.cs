// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Globalization;
using LbEngine.ConsoleHost.Commands;
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost.Help;

/// <summary>How commands, options and arguments are named to people: in help, after a mistake, in manual pages and in shells.</summary>
internal static class CommandText
{
    public const string Program = "lb";

    /// <summary>The whole name, such as <c>lb drain</c>.</summary>
    public static string Name(Command command) => command is RootCommand ? Program : $"{Program} {command.Name}";

    /// <summary>What to write, such as <c>lb drain POOL/BACKEND [options]</c>.</summary>
    public static string Usage(Command command)
    {
        IEnumerable<string> arguments = command.Arguments.Where(static one => !one.Hidden).Select(Usage);
        return string.Join(' ', [Name(command), .. command is RootCommand ? ["[COMMAND]"] : arguments, "[options]"]);
    }

    /// <summary>An argument as it stands in a usage.</summary>
    public static string Usage(Argument argument)
    {
        string name = Label(argument);
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    /// <summary>The name of a value.</summary>
    public static string Label(Argument argument) => argument.HelpName ?? argument.Name;

    /// <summary>An option and its value, such as <c>--wait TIME</c>; all of its names.</summary>
    public static string Label(Option option)
    {
        string names = string.Join(", ", Names(option));
        return TakesValue(option) ? $"{names} {option.HelpName}" : names;
    }

    /// <summary>The names of an option, short ones first; without those that only Windows knows.</summary>
    public static IEnumerable<string> Names(Option option) =>
        option.Aliases.Where(static alias => alias.StartsWith('-')).Order(StringComparer.Ordinal).Append(option.Name);

    /// <summary>False for a switch.</summary>
    public static bool TakesValue(Option option) => option.HelpName is not null;

    /// <summary>Those that a command understands: its own, and those that stand for every command.</summary>
    public static IEnumerable<Option> Options(Command command) => command.Options
        .Concat(command.Parents.OfType<Command>().SelectMany(static parent => parent.Options).Where(static one => one.Recursive))
        .Where(static one => !one.Hidden)
        .Distinct();

    public static IEnumerable<Command> Commands(Command command) => command.Subcommands.Where(static one => !one.Hidden);

    /// <summary>The first sentence of what is said of a command.</summary>
    public static string Summary(Command command)
    {
        string first = (command.Description ?? "").Split('\n')[0];
        int end = first.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? first : first[..(end + 1)];
    }

    /// <summary>What an option is when nobody writes it; empty when there is nothing to say.</summary>
    public static string Default(Option option) =>
        TakesValue(option) && option.HasDefaultValue && Word(option.GetDefaultValue()) is { Length: > 0 } text ? $" [default: {text}]" : "";

    /// <summary>A value as somebody would type it.</summary>
    private static string? Word(object? value) => value switch
    {
        LogLevel level => LogLevelName.Words[(int)level],
        Enum other => other.ToString().ToLowerInvariant(),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
