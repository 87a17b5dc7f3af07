// SPDX-License-Identifier: MIT
using LbEngine.Timing;

namespace LbEngine.Tests.Timing;

public class TimerWheelTests
{
    private const long TickMilliseconds = 8;
    private const long SevenDays = 7L * 24 * 3600 * 1000;

    public static TheoryData<string, long> StartClocks => new()
    {
        { "clock at zero", 0 },
        { "clock before zero", -1_000_003 },
        { "clock of a machine that runs for a month", 2_678_400_123 },
        { "clock just below a level's end", (64 * 8) - 1 },
        { "clock just below the end of all levels", (1L << 45) - 5 },
        { "clock two weeks below overflow", long.MaxValue - (2 * SevenDays) },
        { "clock at the least value", long.MinValue },
    };

    [Theory]
    [MemberData(nameof(StartClocks))]
    public void TryTakeExpired_EveryDistance_IsNeverEarlyAndAtMostOneTickLate(string clock, long start)
    {
        foreach (long delay in new long[] { 1, 7, 8, 9, 100, 511, 512, 513, 5_000, 60_000, 900_000, 3_600_000, SevenDays })
        {
            var wheel = new TimerWheel(start);
            var node = new TestTimerNode();
            wheel.Schedule(node, start + delay);

            long now = start;
            int wakes = 0;
            TimerNode? expired = null;
            while (expired is null && wakes++ < 100)
            {
                int wait = wheel.MillisecondsUntilNext(now);
                Assert.True(wait >= 0, $"{clock}, delay {delay}: the wheel forgot the node");
                now += Math.Max(wait, 1);
                expired = wheel.TryTakeExpired(now);
            }

            Assert.Same(node, expired);
            Assert.InRange(now - (start + delay), 0, TickMilliseconds);
            Assert.True(wakes <= 8, $"{clock}, delay {delay}: {wakes} wakes");
        }
    }

    [Theory]
    [MemberData(nameof(StartClocks))]
    public void TryTakeExpired_OneMillisecondBefore_HandsOutNothing(string clock, long start)
    {
        var wheel = new TimerWheel(start);
        var node = new TestTimerNode();
        wheel.Schedule(node, start + 1000);

        TimerNode? early = wheel.TryTakeExpired(start + 999);

        Assert.True(early is null, clock);
        Assert.Same(node, wheel.TryTakeExpired(start + 1000 + TickMilliseconds));
    }

    [Fact]
    public void Schedule_DeadlineInThePast_ExpiresAtNextTake()
    {
        var wheel = new TimerWheel(1000);
        Assert.Null(wheel.TryTakeExpired(1003));
        var past = new TestTimerNode();
        var present = new TestTimerNode();

        wheel.Schedule(past, 5);
        wheel.Schedule(present, 1003);

        Assert.Equal(0, wheel.MillisecondsUntilNext(1003));
        Assert.Same(past, wheel.TryTakeExpired(1003));
        Assert.Same(present, wheel.TryTakeExpired(1003));
        Assert.Null(wheel.TryTakeExpired(1003));
    }

    [Fact]
    public void TryTakeExpired_NodesOfOneTick_ComeOutInTheOrderTheyWereScheduled()
    {
        var wheel = new TimerWheel(0);
        TestTimerNode[] nodes = Enumerable.Range(0, 5).Select(_ => new TestTimerNode()).ToArray();
        foreach (TestTimerNode node in nodes)
        {
            wheel.Schedule(node, 100_000);
        }

        TimerNode?[] taken = nodes.Select(_ => wheel.TryTakeExpired(200_000)).ToArray();

        Assert.Equal(nodes, taken);
    }

    [Fact]
    public void Schedule_ScheduledNode_MovesToTheNewDeadlineOnly()
    {
        var wheel = new TimerWheel(0);
        var node = new TestTimerNode();
        wheel.Schedule(node, 100);

        wheel.Schedule(node, 5_000);

        Assert.Equal(1, wheel.Count);
        Assert.Null(wheel.TryTakeExpired(4_999));
        Assert.Same(node, wheel.TryTakeExpired(5_008));
        Assert.Null(wheel.TryTakeExpired(10_000));
    }

    [Fact]
    public void Cancel_OnlyNode_LeavesNothingToWaitFor()
    {
        var wheel = new TimerWheel(0);
        var node = new TestTimerNode();
        wheel.Schedule(node, 100);

        wheel.Cancel(node);
        wheel.Cancel(node);

        Assert.False(node.IsScheduled);
        Assert.Equal(0, wheel.Count);
        Assert.Equal(-1, wheel.MillisecondsUntilNext(0));
        Assert.Null(wheel.TryTakeExpired(1_000));
    }

    [Fact]
    public void Schedule_WhileExpiredNodesAreHandedOut_KeepsTheNewDeadline()
    {
        var wheel = new TimerWheel(0);
        var first = new TestTimerNode();
        var second = new TestTimerNode();
        wheel.Schedule(first, 100);
        wheel.Schedule(second, 200);
        Assert.Same(first, wheel.TryTakeExpired(1_000));

        wheel.Schedule(first, 1_500);

        Assert.Same(second, wheel.TryTakeExpired(1_000));
        Assert.Null(wheel.TryTakeExpired(1_499));
        Assert.Same(first, wheel.TryTakeExpired(1_504));
    }
}
