// SPDX-License-Identifier: MIT
using FsCheck;
using FsCheck.Fluent;
using LbEngine.Scheduling;
using static LbEngine.Tests.Scheduling.SchedulerCases;

namespace LbEngine.Tests.Scheduling;

public class WeightedLeastConnectionsSchedulerTests
{
    [Fact]
    public void SelectBackend_AnyCounts_NeverPicksAWorseRatio()
    {
        Gen<(int Weight, int Count)> backend =
            from weight in Gen.OneOf(Gen.Choose(0, 6), Gen.Choose(0, 65535))
            from count in Gen.OneOf(Gen.Choose(0, 20), Gen.Choose(0, int.MaxValue - 1))
            select (weight, count);
        Arbitrary<(int Weight, int Count)[]> backends = Gen.Choose(1, 70).SelectMany(count => Gen.ArrayOf(backend, count)).ToArbitrary();

        Prop.ForAll(backends, all =>
        {
            SchedulingSet set = new SchedulingSetBuilder([.. all.Select(b => b.Weight)]).Holding([.. all.Select(b => b.Count)]).Build();
            var scheduler = new WeightedLeastConnectionsScheduler(set, 3);

            int index = scheduler.SelectBackend(default);

            return index < 0
                ? all.All(b => b.Weight == 0)
                : all[index].Weight > 0 && all.All(b => (Int128)all[index].Count * b.Weight <= (Int128)b.Count * all[index].Weight || b.Weight == 0);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void SelectBackend_AllIdle_FollowsSmoothRoundRobin()
    {
        var scheduler = new WeightedLeastConnectionsScheduler(new SchedulingSetBuilder(5, 1, 1).Build(), 0);

        Assert.Equal("AABACAA", Letters(PickShort(scheduler, 7)));
    }

    [Fact]
    public void SelectBackend_ASubsetTies_SharesAmongItExactlyByWeight()
    {
        SchedulingSet set = new SchedulingSetBuilder(6, 3, 2, 1).Holding(1, 0, 0, 0).Build();
        var scheduler = new WeightedLeastConnectionsScheduler(set, 0);

        int[] tally = Tally(PickShort(scheduler, 600), 4);

        Assert.Equal([0, 300, 200, 100], tally);
    }

    [Fact]
    public void SelectBackend_TiedBackendsAreRareInTheCycle_SharesByWeightAllTheSame()
    {
        SchedulingSet set = new SchedulingSetBuilder(60000, 1, 3, 60000).Holding(1, 0, 0, 1).Build();
        var scheduler = new WeightedLeastConnectionsScheduler(set, 0);

        int[] tally = Tally(PickShort(scheduler, 40_000), 4);

        Assert.Equal([0, 0], [tally[0], tally[3]]);
        Assert.InRange(tally[1], 9_980, 10_020);
    }

    /// <summary>The scan looks at blocks of four and remembers sixteen equals: every way for equals to lie in, across and beyond them.</summary>
    [Theory]
    [InlineData(9, 1)]
    [InlineData(9, 4)]
    [InlineData(600, 1)]
    [InlineData(600, 2)]
    [InlineData(600, 7)]
    [InlineData(600, 40)]
    [InlineData(600, 64)]
    public void SelectBackend_EveryNthTies_SharesEvenlyAmongThem(int backends, int nth)
    {
        int[] counts = [.. Enumerable.Range(0, backends).Select(i => i % nth == 0 ? 5 : 6)];
        SchedulingSet set = new SchedulingSetBuilder([.. Enumerable.Repeat(1, backends)]).Holding(counts).Build();
        int ties = counts.Count(count => count == 5);

        int[] tally = Tally(PickShort(new WeightedLeastConnectionsScheduler(set, 0), ties * 100), backends);

        for (int i = 0; i < backends; i++)
        {
            Assert.InRange(tally[i], counts[i] == 5 ? 94 : 0, counts[i] == 5 ? 106 : 0);
        }
    }

    [Fact]
    public void SelectBackend_OneTiesInTheFirstBlockAndAllInTheNext_SharesExactly()
    {
        SchedulingSet set = new SchedulingSetBuilder([.. Enumerable.Repeat(1, 8)]).Holding(0, 1, 1, 1, 0, 0, 0, 0).Build();

        int[] tally = Tally(PickShort(new WeightedLeastConnectionsScheduler(set, 0), 50), 8);

        Assert.Equal([10, 0, 0, 0, 10, 10, 10, 10], tally);
    }

    [Fact]
    public void SelectBackend_TheLeastLoadedIsFull_TakesTheNextBest()
    {
        SchedulingSet set = new SchedulingSetBuilder(1, 1, 1).Holding(2, 5, 4).Limit(0, 2).Build();

        Assert.Equal(2, new WeightedLeastConnectionsScheduler(set, 0).SelectBackend(default));
    }

    [Fact]
    public void SelectBackend_BeyondOneChunkOfCounts_SeesEveryBackend()
    {
        int[] counts = [.. Enumerable.Repeat(9, 200)];
        for (int least = 0; least < 200; least++)
        {
            counts[least] = 8;
            SchedulingSet set = new SchedulingSetBuilder([.. Enumerable.Repeat(1, 200)]).Holding(counts).Build();

            Assert.Equal(least, new WeightedLeastConnectionsScheduler(set, 0).SelectBackend(default));
            counts[least] = 9;
        }
    }

    [Fact]
    public void SelectBackend_LongConnectionsOfUnequalWeights_KeepsRatiosWithinOneConnection()
    {
        int[] weights = [7, 5, 3, 1];
        SchedulingSetBuilder builder = new(weights);
        var scheduler = new WeightedLeastConnectionsScheduler(builder.Build(), 0);

        int[] tally = Tally(PickLong(scheduler, builder.Counters, 1600), 4);

        Assert.Equal([700, 500, 300, 100], tally);
    }
}
