// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Scale.Processes;

/// <summary>Which cores the balancer has and which the load and the backend share. Pure.</summary>
/// <param name="Balancer">As taskset takes them.</param>
/// <param name="Load">The same.</param>
internal readonly record struct CorePlan(string Balancer, string Load)
{
    /// <summary>The balancer has the first cores, load and backend have the others; with none left, the last one with it.</summary>
    public static CorePlan For(int reactors, int cores)
    {
        int firstOfLoad = Math.Min(reactors, cores - 1);
        return new CorePlan(Range(0, Math.Max(reactors, 1) - 1), Range(firstOfLoad, cores - 1));
    }

    private static string Range(int first, int last) => first == last ? $"{first}" : $"{first}-{last}";
}
