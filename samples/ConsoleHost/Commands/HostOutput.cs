// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Commands;

/// <summary>What the host says to people. A reader that went away or a full disk must not end a balancer.</summary>
internal static class HostOutput
{
    public static void WriteLine(string line) => Write(Console.Out, line);

    public static void WriteError(string line) => Write(Console.Error, line);

    private static void Write(TextWriter writer, string line)
    {
        try
        {
            writer.WriteLine(line);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Nobody reads it any more, and there is nowhere else to say so.
        }
    }
}
