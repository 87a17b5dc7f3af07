// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Scale.Processes;

/// <summary>Which cores the balancer has and which the load and the backend share. Pure.</summary>
/// <param name="Balancer">As taskset takes them.</param>
/// <param name="Load">The same.</param>
/// <param name="FirstOfLoad">The first core of the load; it has all from there on.</param>
internal readonly record struct CorePlan(string Balancer, string Load, int FirstOfLoad)
{
    // As many as an affinity mask has bits.
    private const int MostCores = 64;

    /// <summary>The balancer has the first cores, load and backend have the others; with none left, the last one with it.</summary>
    public static CorePlan For(int reactors, int cores)
    {
        int firstOfLoad = Math.Min(reactors, cores - 1);
        return new CorePlan(Range(0, Math.Max(reactors, 1) - 1), Range(firstOfLoad, cores - 1), firstOfLoad);
    }

    /// <summary>The load's cores as bits.</summary>
    public nint LoadMask(int cores)
    {
        ulong mask = 0;
        for (int core = FirstOfLoad; core < Math.Min(cores, MostCores); core++)
        {
            mask |= 1UL << core;
        }

        return (nint)mask;
    }

    private static string Range(int first, int last) => first == last ? $"{first}" : $"{first}-{last}";
}
