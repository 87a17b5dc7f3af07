// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Scale.Curves;

/// <summary>One point of a curve.</summary>
/// <param name="X">How much there was: connections, backends, flows.</param>
/// <param name="Median">The middle of the rounds.</param>
/// <param name="Lowest">The lowest round.</param>
/// <param name="Highest">The highest round.</param>
internal readonly record struct ScalePoint(double X, double Median, double Lowest, double Highest)
{
    public static ScalePoint Of(double x, IEnumerable<double> rounds)
    {
        double[] sorted = [.. rounds.Order()];
        return new ScalePoint(x, sorted[(sorted.Length - 1) / 2], sorted[0], sorted[^1]);
    }
}
