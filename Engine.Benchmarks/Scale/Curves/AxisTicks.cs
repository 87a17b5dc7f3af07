// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Scale.Curves;

/// <summary>Where an axis has its marks. Pure.</summary>
internal static class AxisTicks
{
    private const int MostSteps = 6;

    private static readonly int[] Factors = [1, 2, 5, 10, 20, 50];

    /// <summary>From 0 in steps of 1, 2 or 5 times a power of ten to the first mark at or above the highest value.</summary>
    public static IReadOnlyList<double> Linear(double highest)
    {
        if (highest <= 0)
        {
            return [0, 1];
        }

        double power = Math.Pow(10, Math.Floor(Math.Log10(highest)) - 1);
        double step = Factors.Select(factor => factor * power).First(candidate => highest / candidate <= MostSteps);
        int steps = (int)Math.Ceiling(highest / step);
        return [.. Enumerable.Range(0, steps + 1).Select(i => i * step)];
    }

    /// <summary>The powers of ten from the one at or below the lowest value to the one at or above the highest; at least two.</summary>
    public static IReadOnlyList<double> Logarithmic(double lowest, double highest)
    {
        int first = (int)Math.Floor(Math.Log10(lowest));
        int last = Math.Max((int)Math.Ceiling(Math.Log10(highest)), first + 1);
        return [.. Enumerable.Range(first, last - first + 1).Select(exponent => Math.Pow(10, exponent))];
    }
}
