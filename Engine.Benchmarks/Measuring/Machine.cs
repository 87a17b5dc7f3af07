// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Runtime.InteropServices;

namespace LbEngine.Benchmarks.Measuring;

/// <summary>Says on what the figures were taken.</summary>
internal static class Machine
{
    public static string Describe()
    {
        string processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString();
        string memory = File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        long gibibytes = (long)Math.Round(long.Parse(memory, CultureInfo.InvariantCulture) / 1048576.0);
        string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return $"{processor}, {Environment.ProcessorCount} cores, {gibibytes} GiB; Linux {kernel} {architecture}; "
            + RuntimeInformation.FrameworkDescription;
    }

    /// <summary>Processes that wanted to run, on average over the last minute: well above the number of cores, others disturbed the figures.</summary>
    public static string ReadLoad() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
