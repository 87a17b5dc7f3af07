// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.CommandLine.Invocation;
using LbEngine.ConsoleHost.Commands;

namespace LbEngine.ConsoleHost.Help;

/// <summary>What <c>--help</c> does, for every command.</summary>
internal sealed class HelpPageAction : SynchronousCommandLineAction
{
    private const int Width = 120;

    /// <summary>Whoever asks for help has not written the rest yet.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        HostOutput.WriteText(HelpPage.Write(parseResult.CommandResult.Command, FindWidth()).TrimEnd('\n'));
        return ExitCode.Success;
    }

    private static int FindWidth()
    {
        try
        {
            return Console.IsOutputRedirected || Console.WindowWidth <= 0 ? Width : Math.Min(Width, Console.WindowWidth);
        }
        catch (Exception exception) when (exception is IOException or PlatformNotSupportedException)
        {
            return Width;
        }
    }
}
