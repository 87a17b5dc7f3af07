// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Scale.Curves;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Points">In the order of x; a series may lack points that others have.</param>
internal sealed record ScaleSeries(string Name, IReadOnlyList<ScalePoint> Points)
{
    /// <summary>How many times the first point's median the last one's is: 1 for a cost that does not grow.</summary>
    public double Growth => Points[^1].Median / Points[0].Median;
}
