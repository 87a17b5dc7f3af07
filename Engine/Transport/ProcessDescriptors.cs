// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Transport;

/// <summary>What the process may open, and what it has open.</summary>
internal static class ProcessDescriptors
{
    private const string OpenOnes = "/proc/self/fd";
    private const string Limits = "/proc/self/limits";

    /// <summary>The soft limit of open descriptors; null where there is none or it is not known (not Linux, or no /proc, as in a bare chroot).</summary>
    public static long? ReadLimit() => OperatingSystem.IsLinux() && File.Exists(Limits) ? ParseLimits(File.ReadLines(Limits)) : null;

    /// <summary>Descriptors that are open now, by whomever in the process; 0 where that is not known.</summary>
    public static int CountOpen() =>
        // The listing has one of its own.
        Directory.Exists(OpenOnes) ? Directory.EnumerateFileSystemEntries(OpenOnes).Count() - 1 : 0;

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
