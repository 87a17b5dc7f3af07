// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Scale.Curves;

namespace LbEngine.Tests.Benchmarks.Scale.Curves;

public sealed class AxisTicksTests
{
    [Theory]
    [InlineData(16.4, new[] { 0.0, 5, 10, 15, 20 })]
    [InlineData(100, new[] { 0.0, 20, 40, 60, 80, 100 })]
    [InlineData(0.3, new[] { 0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3 })]
    [InlineData(0, new[] { 0.0, 1 })]
    public void Linear_HighestValue_GivesRoundStepsThatReachIt(double highest, double[] expected)
    {
        IReadOnlyList<double> ticks = AxisTicks.Linear(highest);

        Assert.Equal(expected.Length, ticks.Count);
        Assert.All(expected.Zip(ticks), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-9));
    }

    [Theory]
    [InlineData(8.1, 7767, new[] { 1.0, 10, 100, 1000, 10_000 })]
    [InlineData(10, 100, new[] { 10.0, 100 })]
    [InlineData(10, 10, new[] { 10.0, 100 })]
    public void Logarithmic_Range_GivesThePowersAroundIt(double lowest, double highest, double[] expected)
    {
        IReadOnlyList<double> ticks = AxisTicks.Logarithmic(lowest, highest);

        Assert.Equal(expected, ticks);
    }
}
