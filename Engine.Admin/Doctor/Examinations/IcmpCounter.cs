// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net.Sockets;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>How many ICMP "destination unreachable" this host has received, by the kernel's own count.</summary>
internal static class IcmpCounter
{
    private const string Name = "InDestUnreachs";
    private const string NameV6 = "Icmp6InDestUnreachs";

    /// <summary>Null where the kernel does not tell.</summary>
    public static long? Read(AddressFamily family) => family == AddressFamily.InterNetworkV6
        ? ParseV6(ProcFile.ReadLines("/proc/net/snmp6"))
        : Parse(ProcFile.ReadLines("/proc/net/snmp"));

    /// <summary>Of <c>/proc/net/snmp</c>: a line of names, then one of numbers.</summary>
    public static long? Parse(IEnumerable<string> lines)
    {
        string[][] icmp = [.. lines.Where(line => line.StartsWith("Icmp:", StringComparison.Ordinal)).Select(line => line.Split(' '))];
        int index = icmp.Length == 2 ? Array.IndexOf(icmp[0], Name) : -1;
        return index > 0 && index < icmp[1].Length ? Number(icmp[1][index]) : null;
    }

    /// <summary>Of <c>/proc/net/snmp6</c>: a name and a number on each line.</summary>
    public static long? ParseV6(IEnumerable<string> lines) => lines
        .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields.Length == 2 && fields[0] == NameV6)
        .Select(fields => Number(fields[1]))
        .FirstOrDefault();

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
}
