// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Scale;

namespace LbEngine.Tests.Benchmarks.Scale;

public sealed class ScalePlanTests
{
    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(2, new[] { 1, 2 })]
    [InlineData(6, new[] { 1, 2, 4, 6 })]
    [InlineData(8, new[] { 1, 2, 4, 8 })]
    public void Reactors_OfSomeCores_EndWithAllOfThem(int cores, int[] expected)
    {
        var plan = new ScalePlan(IsQuick: false, cores);

        Assert.Equal(expected, plan.Reactors);
    }

    [Fact]
    public void QuickPlan_OfEveryKind_KeepsTheLargestPoint()
    {
        var quick = new ScalePlan(IsQuick: true, 2);
        var full = new ScalePlan(IsQuick: false, 2);

        Assert.Equal(
            (full.Connections[^1], full.Backends[^1], full.Flows[^1], full.Listeners[^1]),
            (quick.Connections[^1], quick.Backends[^1], quick.Flows[^1], quick.Listeners[^1]));
    }
}
