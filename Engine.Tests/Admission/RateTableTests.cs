// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Tests.Admission;

public class RateTableTests
{
    private static readonly RateRule TenASecond = RateRule.Of(10, TimeSpan.FromSeconds(1), burst: 3);

    [Fact]
    public void TryTake_EachClientOfEachListener_HasARateOfItsOwn()
    {
        var table = new RateTable(1024);

        int[] taken =
        [
            Count(table, 1, AffinityTableTests.Client(1), now: 0),
            Count(table, 1, AffinityTableTests.Client(2), now: 0),
            Count(table, 2, AffinityTableTests.Client(1), now: 0),
            Count(table, 1, AffinityTableTests.Client(1), now: 0),
            Count(table, 1, AffinityTableTests.Client(1), now: 100),
            Count(table, 1, AffinityTableTests.Client(1), now: 10_000),
        ];

        Assert.Equal([3, 3, 3, 0, 1, 3], taken);
    }

    [Fact]
    public void TryTake_FarMoreClientsThanPlaces_NobodyIsTurnedAwayForThat()
    {
        var table = new RateTable(1024);

        for (int client = 0; client < 200_000; client++)
        {
            Assert.True(table.TryTake(1, AffinityTableTests.Client(client), TenASecond, nowMilliseconds: client / 1000));
        }
    }

    [Fact]
    public void TryTake_ClientOverItsRateAmongAFloodOfOthers_IsRemembered()
    {
        var table = new RateTable(1024);
        AddressKey greedy = AffinityTableTests.Client(1_000_000);
        RateRule rule = RateRule.Of(1, TimeSpan.FromSeconds(1), burst: 20);
        int taken = Count(table, 1, greedy, now: 0, rule);

        // Each of them has a second to be remembered, the greedy one twenty.
        for (int client = 0; client < 100_000; client++)
        {
            _ = table.TryTake(1, AffinityTableTests.Client(client), rule, nowMilliseconds: 0);
        }

        Assert.Equal(20, taken);
        Assert.False(table.TryTake(1, greedy, rule, nowMilliseconds: 0));
    }

    [Fact]
    public void TryTake_SteadyState_AllocatesNothing()
    {
        var table = new RateTable(1024);
        _ = Take(table, 0);

        long before = GC.GetAllocatedBytesForCurrentThread();
        int taken = Take(table, 1);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(taken, 1, 10_000);
    }

    private static int Take(RateTable table, long now)
    {
        int taken = 0;
        for (int i = 0; i < 10_000; i++)
        {
            taken += table.TryTake(1, AffinityTableTests.Client(i % 3000), TenASecond, now) ? 1 : 0;
        }

        return taken;
    }

    private static int Count(RateTable table, int listener, AddressKey client, long now, RateRule? rule = null)
    {
        int taken = 0;
        while (table.TryTake(listener, client, rule ?? TenASecond, now))
        {
            taken++;
        }

        return taken;
    }
}
