// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.ConsoleHost.Systemd;

/// <summary>Listening sockets that a service manager opened for this process (man 3 sd_listen_fds).</summary>
internal static class ActivationSockets
{
    /// <summary>After standard input, output and error.</summary>
    private const int First = 3;

    private const int Most = 4096;

    /// <summary>Reads <c>LISTEN_FDS</c> and <c>LISTEN_PID</c>; empty when nothing was passed to this process.</summary>
    public static IReadOnlyList<int> Read() =>
        Environment.GetEnvironmentVariable("LISTEN_PID") == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
        && int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
        && count is > 0 and <= Most
            ? [.. Enumerable.Range(First, count)]
            : [];
}
