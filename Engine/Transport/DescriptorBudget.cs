// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Transport;

/// <summary>How many descriptors connections may take under the process's descriptor limit.</summary>
/// <remarks>
/// The runtime aborts the whole process when it needs a thread and no descriptor is left (measured on .NET 10: pipe2 fails
/// with EMFILE and the process prints "Out of memory." and ends), so the limit must never be reached.
/// </remarks>
internal static class DescriptorBudget
{
    /// <summary>Descriptors left for everything else: the runtime, logs, listening sockets, pooled pipes.</summary>
    private const int Reserve = 512;

    /// <summary>The soft limit of open descriptors; null where there is none or it is not known (not Linux).</summary>
    public static long? ReadLimit() => OperatingSystem.IsLinux() ? ParseLimits(File.ReadLines("/proc/self/limits")) : null;

    /// <summary>Descriptors that connections and flows may take. Below a limit of 1024 half of it is held back instead of 512.</summary>
    public static int ForConnections(long descriptorLimit)
    {
        long reserve = Math.Min(Reserve, descriptorLimit / 2);
        return (int)Math.Clamp(descriptorLimit - reserve, 2, int.MaxValue);
    }

    /// <summary>Reads the line "Max open files            1024                 4096                 files".</summary>
    internal static long? ParseLimits(IEnumerable<string> lines)
    {
        const string Label = "Max open files";
        foreach (string line in lines)
        {
            if (line.StartsWith(Label, StringComparison.Ordinal))
            {
                string soft = line[Label.Length..].TrimStart().Split(' ', 2)[0];
                return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : null;
            }
        }

        return null;
    }
}
