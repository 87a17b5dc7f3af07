// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.CommandLine.Parsing;

namespace LbEngine.ConsoleHost.Help;

/// <summary>What is said of a wrong command line: what is wrong, what to write, and where to read more. Three lines, which a terminal does not lose.</summary>
internal static class CommandMistake
{
    /// <summary>How the parser begins what it says of a value that its type does not have.</summary>
    private const string NoSuchValue = "Cannot parse argument ";

    public static IEnumerable<string> Describe(ParseResult result)
    {
        Command command = result.CommandResult.Command;

        // One slip makes several errors: what follows a command that does not exist is not known either.
        yield return result.UnmatchedTokens.Count > 0 ? DescribeUnknown(command, result.UnmatchedTokens[0]) : Describe(command, result.Errors[0]);
        yield return $"usage: {CommandText.Usage(command)}";
        yield return $"help: {CommandText.Name(command)} --help";
    }

    private static string DescribeUnknown(Command command, string word)
    {
        if (word.StartsWith('-'))
        {
            string[] names = [.. CommandText.Options(command).Select(static option => option.Name)];
            return $"{CommandText.Name(command)} has no option {word.Split('=')[0]}{NearestWord.Ask(word.Split('=')[0], names)}";
        }

        return command is RootCommand
            ? $"there is no command '{word}'{NearestWord.Ask(word, CommandText.Commands(command).Select(static one => one.Name))}"
            : $"{CommandText.Name(command)} does not know what to do with '{word}'";
    }

    private static string Describe(Command command, ParseError error)
    {
        string text = error.Message.Split('\n')[0].Trim();
        return error.SymbolResult switch
        {
            CommandResult or ArgumentResult { Tokens.Count: 0 } when Missing(command, error) is { Length: > 0 } missing =>
                $"{CommandText.Name(command)} needs {missing}",
            OptionResult { Tokens.Count: 0 } option => $"{option.Option.Name} needs a value: {CommandText.Label(option.Option)}",
            OptionResult option when text.StartsWith(NoSuchValue, StringComparison.Ordinal) =>
                $"{option.Option.Name} must be {Kind(option.Option.ValueType)}, was '{option.Tokens[0].Value}'",
            _ => text,
        };
    }

    private static string Missing(Command command, ParseError error)
    {
        SymbolResult? result = error.SymbolResult;
        return string.Join(" and ", command.Arguments
            .Where(argument => argument.Arity.MinimumNumberOfValues > 0 && result?.GetResult(argument) is not { Tokens.Count: > 0 })
            .Select(CommandText.Label));
    }

    private static string Kind(Type type)
    {
        Type inner = Nullable.GetUnderlyingType(type) ?? type;
        return inner.IsEnum ? $"one of {string.Join(", ", inner.GetEnumNames()).ToLowerInvariant()}" : "a whole number";
    }
}
