// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Benchmarks.Versus.Tools;

/// <summary>What the kernel counts for the whole machine: only differences over a time in which nothing else ran mean something.</summary>
internal static class KernelCounters
{
    /// <summary>TCP segments sent by both ends of everything on this machine.</summary>
    public static long ReadSegmentsSent()
    {
        string[] lines = [.. File.ReadLines("/proc/net/snmp").Where(line => line.StartsWith("Tcp: ", StringComparison.Ordinal))];
        return long.Parse(lines[1].Split(' ')[Array.IndexOf(lines[0].Split(' '), "OutSegs")], CultureInfo.InvariantCulture);
    }
}
