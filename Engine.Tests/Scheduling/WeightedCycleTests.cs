// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;

namespace LbEngine.Tests.Scheduling;

public class WeightedCycleTests
{
    [Theory]
    [InlineData(12, 60, 30, 20, 10)]
    [InlineData(65536, 65535, 1)]
    [InlineData(2, 65535, 65535)]
    [InlineData(0, 0, 0)]
    public void Length_OfWeights_IsTheirSumOverTheirGreatestCommonDivisor(int expected, params int[] weights)
    {
        var cycle = new WeightedCycle(new SchedulingSetBuilder(weights).Build());

        Assert.Equal(expected, cycle.Length);
    }

    [Fact]
    public void Length_DownDrainedAndVacantBackends_AreNotPartOfTheCycle()
    {
        var cycle = new WeightedCycle(new SchedulingSetBuilder(3, 50, 7, 1).Down(1).Vacant(2).Build());

        Assert.Equal(4, cycle.Length);
        Assert.DoesNotContain(cycle.Steps(), step => step is 1 or 2);
    }

    [Fact]
    public void Length_TooLong_KeepsSharesWithinAStepOrTwo()
    {
        int[] weights = [65535, 65534, 65533, 40000, 1];
        double sum = weights.Sum();

        var cycle = new WeightedCycle(new SchedulingSetBuilder(weights).Build());

        Assert.InRange(cycle.Length, WeightedCycle.MaxSteps - 5, WeightedCycle.MaxSteps + 5);
        int[] tally = SchedulerCases.Tally(cycle.Steps(), 5);
        for (int i = 0; i < 5; i++)
        {
            Assert.InRange((double)tally[i] / cycle.Length, (weights[i] / sum) - 3e-5, (weights[i] / sum) + 3e-5);
        }

        Assert.Equal(1, tally[4]);
    }

    [Fact]
    public void StepOf_AnyTicket_IsTheRemainder()
    {
        foreach (int weight in new[] { 1, 2, 3, 6, 1000, 65534 })
        {
            var cycle = new WeightedCycle(new SchedulingSetBuilder(weight, 1).Build());
            foreach (uint ticket in new uint[] { 0, 1, 2, 6, 7, 65535, 65536, 999_999_999, int.MaxValue, uint.MaxValue - 1, uint.MaxValue })
            {
                Assert.Equal((int)(ticket % (uint)cycle.Length), cycle.StepOf(ticket));
            }
        }
    }

    [Fact]
    public void Constructor_MoreBackendsThanSixteenBits_NamesTheLimit()
    {
        SchedulingSet set = new SchedulingSetBuilder(new int[SchedulingSet.MaxCount + 1]).Build();

        var exception = Assert.Throws<ArgumentException>(() => new WeightedCycle(set));

        Assert.Contains("65536", exception.Message, StringComparison.Ordinal);
    }
}

file static class WeightedCycleSteps
{
    public static IEnumerable<int> Steps(this WeightedCycle cycle) => Enumerable.Range(0, cycle.Length).Select(step => cycle[step]);
}
