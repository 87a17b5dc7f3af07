// SPDX-License-Identifier: MIT
using FsCheck;
using FsCheck.Fluent;
using LbEngine.Scheduling;
using LbEngine.Tests.Harness.Threads;
using static LbEngine.Tests.Scheduling.SchedulerCases;

namespace LbEngine.Tests.Scheduling;

public class SmoothWeightedRoundRobinSchedulerTests
{
    [Theory]
    [InlineData("AABACAA", 5, 1, 1)]
    [InlineData("ABACABDAACBA", 60, 30, 20, 10)]
    [InlineData("ABC", 7, 7, 7)]
    [InlineData("ABAABA", 2, 1)]
    [InlineData("BB", 0, 9)]
    public void SelectBackend_FromStepZero_FollowsNginxOrder(string expected, params int[] weights)
    {
        var scheduler = new SmoothWeightedRoundRobinScheduler(new SchedulingSetBuilder(weights).Build(), 0);

        int[] picks = PickShort(scheduler, expected.Length);

        Assert.Equal(expected, Letters(picks));
    }

    [Fact]
    public void SelectBackend_FromStepThree_StartsInMidCycle()
    {
        var scheduler = new SmoothWeightedRoundRobinScheduler(new SchedulingSetBuilder(5, 1, 1).Build(), 3);

        int[] picks = PickShort(scheduler, 7);

        Assert.Equal("ACAAAAB", Letters(picks));
    }

    [Fact]
    public void SelectBackend_AnyWeights_FollowsNginxStepByStep()
    {
        Prop.ForAll(Weights(1, 12, 40).ToArbitrary(), weights =>
        {
            int steps = weights.Sum();
            var scheduler = new SmoothWeightedRoundRobinScheduler(new SchedulingSetBuilder(weights).Build(), 0);

            return PickShort(scheduler, steps).SequenceEqual(NginxOrder(weights, steps));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void SelectBackend_AnyWholeCycles_GiveExactShares()
    {
        Prop.ForAll(Weights(1, 9, 200).ToArbitrary(), Gen.Choose(0, 5000).ToArbitrary(), (weights, start) =>
        {
            var scheduler = new SmoothWeightedRoundRobinScheduler(new SchedulingSetBuilder(weights).Build(), start);

            int[] tally = Tally(PickShort(scheduler, 2 * weights.Sum()), weights.Length);

            return tally.SequenceEqual(weights.Select(weight => 2 * weight));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void SelectBackend_OneFull_SharesItsTurnsByWeight(int full)
    {
        int[] weights = [6, 3, 2, 1];
        SchedulingSet set = new SchedulingSetBuilder(weights).Limit(full, 0).Build();
        var scheduler = new SmoothWeightedRoundRobinScheduler(set, 0);
        int rest = weights.Sum() - weights[full];

        int[] tally = Tally(PickShort(scheduler, 12 * rest), 4);

        weights[full] = 0;
        Assert.Equal(weights.Select(weight => weight * 12), tally);
    }

    [Fact]
    public void SelectBackend_ManyFullInALongCycle_SharesTheirTurnsByWeight()
    {
        SchedulingSetBuilder builder = new(60000, 1, 2, 3, 4);
        SchedulingSet set = builder.Limit(0, 0).Build();
        var scheduler = new SmoothWeightedRoundRobinScheduler(set, 0);

        int[] tally = Tally(PickShort(scheduler, 100_000), 5);

        Assert.Equal(0, tally[0]);
        for (int i = 1; i < 5; i++)
        {
            Assert.InRange(tally[i], (10_000 * i) - 20, (10_000 * i) + 20);
        }
    }

    [Fact]
    public void SelectBackend_AfterTwoToThe32Picks_KeepsGoing()
    {
        var scheduler = new SmoothWeightedRoundRobinScheduler(new SchedulingSetBuilder(1, 1, 1).Build(), int.MaxValue);

        int[] picks = PickShort(scheduler, 6);

        Assert.Equal([2, 2, 2], Tally(picks, 3));
    }

    [Fact]
    public void SelectBackend_FourThreads_GivesExactTotalsOverWholeCycles()
    {
        const int Threads = 4;
        const int CyclesPerThread = 20_000;
        int[] weights = [6, 3, 2, 1];
        var scheduler = new SmoothWeightedRoundRobinScheduler(new SchedulingSetBuilder(weights).Build(), 5);
        var tallies = new int[Threads][];

        Threaded.Run(Threads, thread => tallies[thread] = Tally(PickShort(scheduler, 12 * CyclesPerThread), 4));

        int[] total = [.. Enumerable.Range(0, 4).Select(i => tallies.Sum(tally => tally[i]))];
        Assert.Equal(weights.Select(weight => weight * Threads * CyclesPerThread), total);
    }

    private static Gen<int[]> Weights(int fewest, int most, int heaviest) =>
        from count in Gen.Choose(fewest, most)
        from weights in Gen.ArrayOf(Gen.Choose(1, heaviest), count)
        select weights;

    /// <summary>nginx's rule as it is written: O(n) per step, no grouping.</summary>
    private static IEnumerable<int> NginxOrder(int[] weights, int steps)
    {
        var current = new int[weights.Length];
        for (int step = 0; step < steps; step++)
        {
            int best = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                current[i] += weights[i];
                best = current[i] > current[best] ? i : best;
            }

            current[best] -= weights.Sum();
            yield return best;
        }
    }
}
