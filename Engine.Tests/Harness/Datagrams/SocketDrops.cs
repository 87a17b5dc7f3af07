// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Tests.Harness.Datagrams;

/// <summary>Datagrams that the kernel has dropped at the open UDP sockets of this process, because their receive queues were full.</summary>
internal static class SocketDrops
{
    private const int InodeField = 9;
    private const int DropsField = 12;
    private const string Prefix = "socket:[";

    public static long Count()
    {
        HashSet<string> own = [.. OwnInodes()];
        return Count("/proc/net/udp", own) + Count("/proc/net/udp6", own);
    }

    private static long Count(string table, HashSet<string> own)
    {
        long drops = 0;
        foreach (string line in File.ReadLines(table).Skip(1))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (own.Contains(fields[InodeField]))
            {
                drops += long.Parse(fields[DropsField], CultureInfo.InvariantCulture);
            }
        }

        return drops;
    }

    private static IEnumerable<string> OwnInodes()
    {
        foreach (string path in Directory.EnumerateFiles("/proc/self/fd"))
        {
            string? target = null;
            try
            {
                target = File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name;
            }
            catch (IOException)
            {
                // Closed since the directory was read.
            }

            if (target?.StartsWith(Prefix, StringComparison.Ordinal) == true)
            {
                yield return target[Prefix.Length..^1];
            }
        }
    }
}
