// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Versus;

namespace LbEngine.Tests.Benchmarks.Versus;

public sealed class WarmthTests
{
    [Theory]
    [InlineData(new[] { 70.0 }, false)]
    [InlineData(new[] { 70.0, 70 }, false)]
    [InlineData(new[] { 70.0, 70, 70 }, true)]
    [InlineData(new[] { 70.0, 60, 60 }, false)]
    [InlineData(new[] { 70.0, 60, 60, 59 }, true)]
    [InlineData(new[] { 70.0, 60, 60, 57 }, false)]
    [InlineData(new[] { 60.0, 75, 61 }, true)]
    [InlineData(new[] { 12.0, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2 }, false)]
    [InlineData(new[] { 12.0, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1 }, true)]
    public void IsReached_TwoWindowsThatGainNothing_OrEnoughOfThem(double[] costs, bool expected) => Assert.Equal(expected, Warmth.IsReached(costs));
}
