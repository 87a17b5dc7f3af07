// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Runtime.InteropServices;

namespace LbEngine.Benchmarks.Measuring;

/// <summary>Says on what the figures were taken.</summary>
internal static class Machine
{
    private const double MostBusyCores = 0.15;

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

    /// <summary>Looks for a second at what others do; says so when it would spoil figures. Call it before anything of the run is started.</summary>
    public static string WarnIfBusy()
    {
        (double busyBefore, double allBefore) = ReadTicks();
        Thread.Sleep(1000);
        (double busy, double all) = ReadTicks();
        double cores = (busy - busyBefore) / Math.Max(all - allBefore, 1) * Environment.ProcessorCount;
        return DescribeBusy(cores, Environment.ProcessorCount);
    }

    /// <summary>The warning for that many cores in use; empty when they are as good as idle. Pure.</summary>
    public static string DescribeBusy(double busyCores, int cores) => busyCores < MostBusyCores
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"Warning: other programs use {busyCores:0.0} of {cores} cores. ")
            + "Figures taken now are no basis for a claim; end them, or measure later. (On a rented machine it may be a neighbour's.)";

    /// <summary>Clock ticks that all cores together were in use, and all of them (man 5 proc_stat).</summary>
    private static (double Busy, double All) ReadTicks()
    {
        double[] ticks = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
            .Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
        double idle = ticks[3] + ticks[4];
        return (ticks.Sum() - idle, ticks.Sum());
    }
}
