// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;
using static LbEngine.Tests.Scheduling.SchedulerCases;

namespace LbEngine.Tests.Scheduling;

public class PowerOfTwoChoicesSchedulerTests
{
    [Fact]
    public void SelectBackend_TwoBackends_AlwaysComparesBoth()
    {
        SchedulingSet set = new SchedulingSetBuilder(1, 1).Holding(3, 2).Build();

        int[] picks = PickShort(new PowerOfTwoChoicesScheduler(set, 1), 1000);

        Assert.All(picks, pick => Assert.Equal(1, pick));
    }

    [Fact]
    public void SelectBackend_Idle_SharesByWeight()
    {
        const int Picks = 120_000;
        int[] weights = [6, 3, 2, 1];

        int[] tally = Tally(PickShort(new PowerOfTwoChoicesScheduler(new SchedulingSetBuilder(weights).Build(), 1), Picks), 4);

        for (int i = 0; i < 4; i++)
        {
            Assert.InRange(tally[i], (weights[i] * 10_000) - 600, (weights[i] * 10_000) + 600);
        }
    }

    [Fact]
    public void SelectBackend_LongConnections_StaysNearTheWeights()
    {
        int[] weights = [4, 2, 1, 1];
        SchedulingSetBuilder builder = new(weights);

        int[] tally = Tally(PickLong(new PowerOfTwoChoicesScheduler(builder.Build(), 1), builder.Counters, 8000), 4);

        for (int i = 0; i < 4; i++)
        {
            Assert.InRange(tally[i], (weights[i] * 1000) - 30, (weights[i] * 1000) + 30);
        }
    }

    [Fact]
    public void SelectBackend_OneOfManyHasRoom_FindsIt()
    {
        SchedulingSetBuilder builder = new([.. Enumerable.Repeat(100, 300)]);
        for (int i = 0; i < 300; i++)
        {
            builder.Limit(i, i == 211 ? 1 : 0);
        }

        int[] picks = PickShort(new PowerOfTwoChoicesScheduler(builder.Build(), 1), 50);

        Assert.All(picks, pick => Assert.Equal(211, pick));
    }

    [Fact]
    public void SelectBackend_OnlyTwoOfManyHaveRoom_StillComparesTheirLoad()
    {
        SchedulingSetBuilder builder = new([.. Enumerable.Repeat(1, 3000)]);
        for (int i = 0; i < 3000; i++)
        {
            builder.Limit(i, i is 7 or 2900 ? 100 : 0);
        }

        SchedulingSet set = builder.SetCount(7, 9).SetCount(2900, 8).Build();

        int[] picks = PickShort(new PowerOfTwoChoicesScheduler(set, 1), 50);

        // A lucky draw may hit one of the two alone; six draws do so in one of 250 picks.
        Assert.InRange(picks.Count(pick => pick == 2900), 48, 50);
    }
}
