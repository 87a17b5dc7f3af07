// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using LbEngine.ConsoleHost.Commands;

namespace LbEngine.ConsoleHost.Client;

/// <summary>How every command to a running balancer goes: ask, then print for people or for programs, and say by the exit code how it went.</summary>
internal static class AdminAction
{
    /// <summary>Gives a command its options and what it does.</summary>
    public static Command Define(Command command, AdminOptionSet options, Func<ParseResult, AdminClient, CancellationToken, Task<int>> runAsync)
    {
        command.Options.Add(options.Address);
        command.Options.Add(options.Json);
        command.SetAction(async (arguments, cancellationToken) =>
        {
            try
            {
                using AdminClient client = options.Connect(arguments);
                return await runAsync(arguments, client, cancellationToken);
            }
            catch (AdminClientException exception)
            {
                foreach (string line in exception.Lines)
                {
                    HostOutput.WriteError(line);
                }

                return exception.ExitCode;
            }
        });
        return command;
    }

    /// <summary>Reads a reply.</summary>
    /// <exception cref="AdminClientException">It is none of a balancer.</exception>
    public static T Read<T>(byte[] reply, JsonTypeInfo<T> type)
        where T : class => ReplyShape.Read(reply, type) ?? throw Strange();

    /// <summary>Prints a reply: as it came, or as lines.</summary>
    public static void Print(ParseResult arguments, AdminOptionSet options, byte[] reply, IEnumerable<string> lines)
    {
        if (arguments.GetValue(options.Json))
        {
            HostOutput.WriteText(Encoding.UTF8.GetString(reply));
            return;
        }

        foreach (string line in lines)
        {
            HostOutput.WriteLine(line);
        }
    }

    /// <summary>Whoever answers is no balancer, or one that this program does not know.</summary>
    public static AdminClientException Strange() => new(ExitCode.Failure, ["the reply is not that of a balancer of this version"]);
}
