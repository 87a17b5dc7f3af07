// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>Keeps what is said out of descriptors that are not for it.</summary>
/// <remarks>
/// A program that is started with closed outputs (<c>lb run FILE >&amp;- 2>&amp;-</c>) finds something else there: what was opened first got the
/// numbers 1 and 2. Seen on Linux: the pipe by which the runtime tells itself of signals, so that a log line would have been taken for signals.
/// An output that was passed on by <c>exec</c> cannot be marked close-on-exec, and whatever the runtime opens is.
/// </remarks>
internal static class StandardStreams
{
    private const int CloseOnExec = 0x80000;

    /// <summary>Call it before anything is written.</summary>
    public static void Protect()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        if (!IsInherited(1))
        {
            Console.SetOut(TextWriter.Null);
        }

        if (!IsInherited(2))
        {
            Console.SetError(TextWriter.Null);
        }
    }

    private static bool IsInherited(int descriptor)
    {
        try
        {
            string flags = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{descriptor}"))
                .First(line => line.StartsWith("flags:", StringComparison.Ordinal));
            return (Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & CloseOnExec) == 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            // There is no such descriptor; or there is no /proc, nothing is known, and nothing is taken away.
            return !Directory.Exists("/proc/self/fdinfo");
        }
    }
}
