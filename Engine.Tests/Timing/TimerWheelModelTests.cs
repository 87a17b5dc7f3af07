// SPDX-License-Identifier: MIT
using FsCheck;
using FsCheck.Fluent;
using LbEngine.Timing;

namespace LbEngine.Tests.Timing;

public class TimerWheelModelTests
{
    private const int TickMilliseconds = 8;
    private const int Nodes = 16;

    [Theory]
    [InlineData("clock at zero", 0)]
    [InlineData("clock near overflow", long.MaxValue - 4_000_000_000_000)]
    public void AnySequence_AgainstAListOfDeadlines_ExpiresTheSameNodes(string clock, long start)
    {
        // A step is a node and a distance: schedule (or move) it so far ahead, cancel it, or let so much time pass.
        Arbitrary<(int Action, int Node, int Magnitude, int Fraction)[]> steps = Gen.Choose(0, 5)
            .SelectMany(action => Gen.Choose(0, Nodes - 1), (action, node) => (action, node))
            .SelectMany(_ => Gen.Choose(0, 29), (step, magnitude) => (step.action, step.node, magnitude))
            .SelectMany(_ => Gen.Choose(0, 999), (step, fraction) => (step.action, step.node, step.magnitude, fraction))
            .ArrayOf().Resize(150).ToArbitrary();

        Prop.ForAll(steps, s => Agrees(clock, start, s)).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static bool Agrees(string clock, long start, (int Action, int Node, int Magnitude, int Fraction)[] steps)
    {
        var wheel = new TimerWheel(start);
        TestTimerNode[] nodes = Enumerable.Range(0, Nodes).Select(_ => new TestTimerNode()).ToArray();
        // What is past when it is scheduled counts from then: such nodes come out in the order in which they were scheduled.
        var waiting = new Dictionary<TimerNode, (long Deadline, long Order)>();
        long now = start;
        foreach ((int action, int number, int magnitude, int fraction) in steps)
        {
            TestTimerNode node = nodes[number];
            long distance = (1L << magnitude) * (1000 + fraction) / 1000;
            switch (action)
            {
                case 0 or 1 or 2:
                    long deadline = action == 2 && magnitude < 5 ? now - magnitude : now + distance;
                    wheel.Schedule(node, deadline);
                    waiting[node] = (deadline, Math.Max(deadline, now));
                    break;
                case 3:
                    wheel.Cancel(node);
                    waiting.Remove(node);
                    break;
                default:
                    now += distance;
                    Expire(clock, wheel, now, waiting);
                    break;
            }

            Assert.Equal(waiting.Count, wheel.Count);
            Assert.Equal(waiting.ContainsKey(node), node.IsScheduled);
            int wait = wheel.MillisecondsUntilNext(now);
            Assert.InRange(wait, waiting.Count == 0 ? -1 : 0, waiting.Count == 0 ? -1 : Math.Max(0, waiting.Values.Min(w => w.Deadline) - now) + TickMilliseconds - 1);
        }

        return true;
    }

    private static void Expire(string clock, TimerWheel wheel, long now, Dictionary<TimerNode, (long Deadline, long Order)> waiting)
    {
        long last = long.MinValue + TickMilliseconds;
        while (wheel.TryTakeExpired(now) is TimerNode expired)
        {
            Assert.True(waiting.Remove(expired, out (long Deadline, long Order) due), $"{clock}: a node came out twice or after it was cancelled");
            Assert.True(due.Deadline <= now, $"{clock}: a node came out {due.Deadline - now} ms early");
            Assert.True(due.Order > last - TickMilliseconds, $"{clock}: nodes came out in the wrong order");
            last = Math.Max(last, due.Order);
        }

        Assert.DoesNotContain(waiting.Values, w => w.Deadline <= now - TickMilliseconds);
    }
}
