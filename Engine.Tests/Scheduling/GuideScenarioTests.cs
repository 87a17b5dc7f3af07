// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;
using static LbEngine.Tests.Scheduling.SchedulerCases;

namespace LbEngine.Tests.Scheduling;

/// <summary>The five ways in which operators are told to choose a scheduler and weights, and what each must then see.</summary>
public class GuideScenarioTests
{
    [Fact]
    public void Scenario1_EqualServersUnderRoundRobin_EachGetsEveryThirdConnection()
    {
        var scheduler = new SmoothWeightedRoundRobinScheduler(new SchedulingSetBuilder(10, 10, 10).Build(), 0);

        Assert.Equal("ABCABCABC", Letters(PickShort(scheduler, 9)));
    }

    [Fact]
    public void Scenario2_ThirdServerJoinsTwoWith50Each_GetsTheNext50ThenItsShare()
    {
        SchedulingSetBuilder builder = new SchedulingSetBuilder(10, 10, 10).Holding(50, 50, 0);
        var scheduler = new WeightedLeastConnectionsScheduler(builder.Build(), 0);

        int[] picks = PickLong(scheduler, builder.Counters, 80);

        Assert.All(picks[..50], pick => Assert.Equal(2, pick));
        Assert.Equal([10, 10, 10], Tally(picks[50..], 3));
    }

    [Fact]
    public void Scenario2_ThirdServerJoinsUnderTwoChoices_GetsAboutTwoThirdsUntilItHasCaughtUp()
    {
        SchedulingSetBuilder builder = new SchedulingSetBuilder(10, 10, 10).Holding(50, 50, 0);
        var scheduler = new PowerOfTwoChoicesScheduler(builder.Build(), 1);

        int[] picks = PickLong(scheduler, builder.Counters, 50);

        Assert.InRange(picks.Count(pick => pick == 2), 24, 42);
    }

    [Fact]
    public void Scenario3_CapacitiesSixThreeTwoOne_GetExactlyThatShareOfShortConnections()
    {
        var scheduler = new SmoothWeightedRoundRobinScheduler(new SchedulingSetBuilder(60, 30, 20, 10).Build(), 0);

        int[] picks = PickShort(scheduler, 1200);

        Assert.Equal("ABACABDAACBA", Letters(picks[..12]));
        Assert.Equal([600, 300, 200, 100], Tally(picks, 4));
    }

    [Fact]
    public void Scenario4_OverloadedOneOfTwelveGetsASmallerWeight_HoldsProportionallyFewer()
    {
        int[] weights = [.. Enumerable.Repeat(10, 11), 4];
        SchedulingSetBuilder builder = new(weights);
        var scheduler = new WeightedLeastConnectionsScheduler(builder.Build(), 0);

        int[] held = Tally(PickLong(scheduler, builder.Counters, 1140), 12);

        Assert.Equal([.. Enumerable.Repeat(100, 11), 40], held);
    }

    [Fact]
    public void Scenario5_CapacitiesFourTwoOne_HoldLongConnectionsInThatRatio()
    {
        SchedulingSetBuilder builder = new(4, 2, 1);
        var scheduler = new WeightedLeastConnectionsScheduler(builder.Build(), 0);

        int[] held = Tally(PickLong(scheduler, builder.Counters, 700), 3);

        Assert.Equal([400, 200, 100], held);
    }

    [Fact]
    public void Scenario5_BusyServerGetsASmallerWeight_NewConnectionsGoToTheOthers()
    {
        SchedulingSetBuilder builder = new SchedulingSetBuilder(2, 2, 1).Holding(400, 200, 100);
        var scheduler = new WeightedLeastConnectionsScheduler(builder.Build(), 0);

        int[] picks = PickLong(scheduler, builder.Counters, 300);

        Assert.Equal([0, 200, 100], Tally(picks, 3));
    }

    /// <summary>How many of the next 50 connections an empty server gets when it joins servers that hold 50 each.</summary>
    [Theory]
    [InlineData(SchedulerNames.WeightedLeastConnections, 2, 50, 50)]
    [InlineData(SchedulerNames.WeightedLeastConnections, 10, 50, 50)]
    [InlineData(SchedulerNames.WeightedLeastConnections, 100, 50, 50)]
    [InlineData(SchedulerNames.PowerOfTwoChoices, 2, 32, 35)]
    [InlineData(SchedulerNames.PowerOfTwoChoices, 10, 8.2, 9.9)]
    [InlineData(SchedulerNames.PowerOfTwoChoices, 100, 0.8, 1.2)]
    [InlineData(SchedulerNames.SmoothWeightedRoundRobin, 2, 16, 17)]
    [InlineData(SchedulerNames.SmoothWeightedRoundRobin, 10, 4, 5)]
    [InlineData(SchedulerNames.SmoothWeightedRoundRobin, 100, 0, 0)]
    public void Herd_EmptyServerJoins_GetsThisManyOfTheNext50(string name, int others, double fewest, double most)
    {
        int runs = name == SchedulerNames.PowerOfTwoChoices ? 2000 : 1;
        int joined = 0;
        for (int run = 0; run < runs; run++)
        {
            SchedulingSetBuilder builder = new([.. Enumerable.Repeat(1, others + 1)]);
            builder.Holding([.. Enumerable.Repeat(50, others), 0]);
            IBackendScheduler scheduler = name == SchedulerNames.PowerOfTwoChoices
                ? new PowerOfTwoChoicesScheduler(builder.Build(), SplitMix64.Mix((ulong)run))
                : Create(name, builder.Build());

            joined += PickLong(scheduler, builder.Counters, 50).Count(pick => pick == others);
        }

        Assert.InRange((double)joined / runs, fewest, most);
    }
}
