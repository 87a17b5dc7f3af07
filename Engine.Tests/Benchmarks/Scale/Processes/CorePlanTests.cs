// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Scale.Processes;

namespace LbEngine.Tests.Benchmarks.Scale.Processes;

public sealed class CorePlanTests
{
    [Theory]
    [InlineData("one core is shared", 1, 1, "0", "0", 0b1)]
    [InlineData("two cores are divided", 1, 2, "0", "1", 0b10)]
    [InlineData("with as many reactors as cores the load shares the last one", 2, 2, "0-1", "1", 0b10)]
    [InlineData("the load has all that are left", 2, 8, "0-1", "2-7", 0b1111_1100)]
    public void For_ReactorsAndCores_DividesThem(string sentence, int reactors, int cores, string balancer, string load, int mask)
    {
        CorePlan plan = CorePlan.For(reactors, cores);

        Assert.True((balancer, load, mask) == (plan.Balancer, plan.Load, (int)plan.LoadMask(cores)), $"{sentence}, but the plan is {plan}");
    }
}
