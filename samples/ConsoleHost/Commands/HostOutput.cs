// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Tables;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>What the host says to people. A reader that went away or a full disk must not end a balancer, nor one that does not read hold it up.</summary>
internal static class HostOutput
{
    private static volatile LineQueue? _queue;

    public static void WriteLine(string line) => Write(Console.Out, TerminalText.Escape(line));

    public static void WriteError(string line) => Write(Console.Error, TerminalText.Escape(line));

    /// <summary>Several lines, such as JSON.</summary>
    public static void WriteText(string text) => Write(Console.Out, TerminalText.EscapeLines(text));

    /// <summary>
    /// From here on nobody waits for whoever reads: for a balancer, which has other things to do. A command waits, so that its reader gets all of it.
    /// </summary>
    /// <returns>What waits a moment for the rest, at the end of the process.</returns>
    public static IDisposable Detach() => _queue = new LineQueue(WriteNow, static () => _queue = null);

    private static void Write(TextWriter writer, string line)
    {
        if (_queue is LineQueue queue)
        {
            queue.Add(writer, line);
        }
        else
        {
            WriteNow(writer, line);
        }
    }

    private static void WriteNow(TextWriter writer, string line)
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
