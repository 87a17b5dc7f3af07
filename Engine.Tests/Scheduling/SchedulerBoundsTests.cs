// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;
using LbEngine.Tests.Harness.Threads;
using static LbEngine.Tests.Scheduling.SchedulerCases;

namespace LbEngine.Tests.Scheduling;

/// <summary>Every pick ends, and ends well, whatever state the backends are in.</summary>
public class SchedulerBoundsTests
{
    private const int MostBackends = 5;

    private enum State
    {
        Open,
        OneLeft,
        Down,
        Full,
        Excluded,
        WeightZero,
        Vacant,
    }

    public static TheoryData<string> Schedulers => Names;

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void SelectBackend_EveryCombinationOfStatesUpToFive_PicksAnOpenOneOrNone(string name)
    {
        // One factory for all sets of the same names and weights, since a table of source-hash takes longer to build than all else here.
        var sourceHash = new Dictionary<string, SourceHashSchedulerFactory>();
        for (int backends = 0; backends <= MostBackends; backends++)
        {
            var states = new State[backends];
            WithinLimit(() =>
            {
                do
                {
                    AssertPicksAnOpenOneOrNone(name, states, areTied: false, sourceHash);
                    AssertPicksAnOpenOneOrNone(name, states, areTied: true, sourceHash);
                }
                while (Advance(states));
            });
        }
    }

    // HAProxy 6be02d1c6: two servers of maxconn 1, both saturated, and the pick never returned.
    [Theory]
    [MemberData(nameof(Schedulers))]
    public void SelectBackend_AllFull_ReturnsNone(string name)
    {
        SchedulingSet set = new SchedulingSetBuilder(1, 1).Limit(0, 1).Limit(1, 1).Holding(1, 1).Build();

        WithinLimit(() => Assert.Equal([-1, -1, -1], PickShort(Create(name, set), 3)));
    }

    // HAProxy e28e647fe: the server to avoid on a retry was not counted among the unusable ones.
    [Theory]
    [MemberData(nameof(Schedulers))]
    public void SelectBackend_OnlyTheAvoidedHasRoom_ReturnsNone(string name)
    {
        SchedulingSet set = new SchedulingSetBuilder(1, 1, 1).Limit(0, 1).Down(2).Holding(1, 0, 0).Build();

        WithinLimit(() => Assert.Equal([-1, -1, -1], PickShort(Create(name, set), 3, excluded: 1)));
    }

    // HAProxy 913b2d6c8: a server was moved in the tree while its weight changed and it went down.
    [Theory]
    [MemberData(nameof(Schedulers))]
    public void SelectBackend_SetReplacedWhileThreadsPick_EveryPickFitsTheSetItWasMadeFrom(string name)
    {
        const int PicksPerThread = 20_000;
        SchedulingSetBuilder builder = new(3, 2, 1);
        SchedulingSet all = builder.Build();
        SchedulingSet withoutFirst = builder.Down(0).Build();
        (SchedulingSet Set, IBackendScheduler Scheduler)[] published = [(all, Create(name, all)), (withoutFirst, Create(name, withoutFirst))];
        int current = 0;

        Threaded.Run(3, thread =>
        {
            for (int i = 0; i < PicksPerThread; i++)
            {
                if (thread == 0)
                {
                    Volatile.Write(ref current, i & 1);
                    continue;
                }

                (SchedulingSet set, IBackendScheduler scheduler) = published[Volatile.Read(ref current)];
                int index = scheduler.SelectBackend(Client((ulong)i));
                Assert.True(index >= 0 && set.Usable[index], $"picked {index}");
                builder.Counters.Increment(index);
                builder.Counters.Decrement(index);
            }
        });

        Assert.Equal([0, 0, 0], Enumerable.Range(0, 3).Select(builder.Counters.Read));
    }

    // The reposition race again, from the other side: the one place left fills and empties while others pick.
    [Theory]
    [MemberData(nameof(Schedulers))]
    public void SelectBackend_LimitsReachedWhileThreadsPick_EndsAndNeverPassesALimit(string name)
    {
        const int PicksPerThread = 20_000;
        SchedulingSetBuilder builder = new(2, 1);
        SchedulingSet set = builder.Limit(0, 1).Limit(1, 1).Build();
        IBackendScheduler scheduler = Create(name, set);
        int taken = 0;

        Threaded.Run(3, thread =>
        {
            for (int i = 0; i < PicksPerThread; i++)
            {
                int index = scheduler.SelectBackend(Client((ulong)i));
                if (index >= 0 && builder.Counters.TryIncrement(index, 1))
                {
                    Assert.True(builder.Counters.Read(index) <= 1, $"backend {index} holds more than its limit");
                    builder.Counters.Decrement(index);
                    Interlocked.Increment(ref taken);
                }
            }
        });

        Assert.True(taken > 0, "nobody ever got a place");
        Assert.Equal([0, 0], Enumerable.Range(0, 2).Select(builder.Counters.Read));
    }

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void SelectBackend_AnyPath_AllocatesNothing(string name)
    {
        SchedulingSetBuilder builder = new([.. Enumerable.Range(0, 100).Select(i => 1 + (i % 5))]);
        IBackendScheduler open = Create(name, builder.Build());
        for (int i = 1; i < 100; i++)
        {
            builder.Limit(i, 0);
        }

        IBackendScheduler nearlyFull = Create(name, builder.Build());
        SchedulingContext plain = Client(1);
        SchedulingContext retry = Client(2, 0, 1, 2);
        _ = PickAll(open, nearlyFull, plain, retry);

        // The least of a few rounds: the runtime may allocate on any thread while it compiles a better version of what runs.
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            int picks = PickAll(open, nearlyFull, plain, retry);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(4000, picks);
        }

        Assert.Equal(0, least);
    }

    /// <summary>On a thread of its own, so that a pick without end fails the test instead of holding it up for ever.</summary>
    private static void WithinLimit(Action body) => Threaded.Run(1, _ => body());

    private static int PickAll(IBackendScheduler open, IBackendScheduler nearlyFull, SchedulingContext plain, SchedulingContext retry)
    {
        int picks = 0;
        for (int i = 0; i < 1000; i++)
        {
            _ = open.SelectBackend(plain);
            _ = open.SelectBackend(retry);
            _ = nearlyFull.SelectBackend(plain);
            _ = nearlyFull.SelectBackend(retry);
            picks += 4;
        }

        return picks;
    }

    private static void AssertPicksAnOpenOneOrNone(string name, State[] states, bool areTied, Dictionary<string, SourceHashSchedulerFactory> sourceHash)
    {
        var builder = new SchedulingSetBuilder([.. states.Select((state, i) => state == State.WeightZero ? 0 : areTied ? 1 : 1 + i)]);
        var excluded = new List<int>();
        bool anyOpen = false;
        for (int i = 0; i < states.Length; i++)
        {
            builder.SetCount(i, 2);
            switch (states[i])
            {
                case State.Down:
                    builder.Down(i);
                    break;
                case State.Full:
                    builder.Limit(i, 2);
                    break;
                case State.OneLeft:
                    builder.Limit(i, 3);
                    break;
                case State.Excluded:
                    excluded.Add(i);
                    break;
                case State.Vacant:
                    builder.Vacant(i);
                    break;
            }

            anyOpen |= states[i] is State.Open or State.OneLeft;
        }

        IBackendScheduler scheduler = name == SchedulerNames.SourceHash
            ? GetFactory(sourceHash, states, areTied).Create(builder.Build())
            : Create(name, builder.Build());
        foreach (int index in PickShort(scheduler, 4, [.. excluded]))
        {
            bool isRight = anyOpen ? index >= 0 && states[index] is State.Open or State.OneLeft : index == -1;
            Assert.True(isRight, $"picked {index} of [{string.Join(", ", states)}]");
        }
    }

    private static SourceHashSchedulerFactory GetFactory(Dictionary<string, SourceHashSchedulerFactory> factories, State[] states, bool areTied)
    {
        string weighted = string.Concat(states.Select(state => state is State.WeightZero or State.Vacant ? '0' : areTied ? 't' : 'w'));
        if (!factories.TryGetValue(weighted, out SourceHashSchedulerFactory? factory))
        {
            factories.Add(weighted, factory = new SourceHashSchedulerFactory());
        }

        return factory;
    }

    private static bool Advance(State[] states)
    {
        for (int i = 0; i < states.Length; i++)
        {
            if (states[i] < State.Vacant)
            {
                states[i]++;
                return true;
            }

            states[i] = State.Open;
        }

        return false;
    }
}
