// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Runtime.CompilerServices;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>The descriptor limit of this process, as far as the program goes by it; the engine counts by itself.</summary>
internal static class DescriptorLimit
{
    // Measured: each assembly that is loaded keeps two open, and the runtime aborts the process when it has none left for a thread.
    private const int LeastWithAssemblies = 192;
    private const int LeastOfOneFile = 64;

    private const string LimitsFile = "/proc/self/limits";
    private const string Label = "Max open files";

    /// <summary>The soft limit; <see cref="int.MaxValue"/> where there is none, or it is not known.</summary>
    public static int Read()
    {
        try
        {
            string line = File.ReadLines(LimitsFile).First(static line => line.StartsWith(Label, StringComparison.Ordinal));
            string soft = line[Label.Length..].TrimStart().Split(' ', 2)[0];
            return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) ? limit : int.MaxValue;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return int.MaxValue;
        }
    }

    /// <summary>Says why nothing can be done under the limit; null when something can. Before anything else needs descriptors.</summary>
    public static string? Refuse()
    {
        int least = RuntimeFeature.IsDynamicCodeSupported ? LeastWithAssemblies : LeastOfOneFile;
        return Read() is int limit && limit < least
            ? $"lb needs a descriptor limit of at least {least}, was {limit}: raise it (ulimit -n, LimitNOFILE=)"
            : null;
    }
}
