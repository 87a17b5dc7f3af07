// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Versus.Results;

/// <summary>Median and range of repeated measurements. Pure.</summary>
internal readonly record struct Spread(double Median, double Lowest, double Highest)
{
    /// <summary>Of an even number the median is the mean of the two in the middle.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? throw new ArgumentException("There is nothing to take a median of.", nameof(values))
            : new Spread((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }
}
