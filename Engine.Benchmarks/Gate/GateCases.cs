// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Micro;

namespace LbEngine.Benchmarks.Gate;

/// <summary>The hot structures, with the very bodies that the micro-benchmarks measure, on one thread: two would measure how many cores are free.</summary>
internal static class GateCases
{
    // As much as the processor's own caches hold: with 10,000 the ratio of the affinity table measured who else used the shared cache, 1.0 to 2.1 from
    // run to run; with 1,000 it is 2.0 to 2.4. The wheel keeps 10,000: a queue's cost grows with what waits, and that is what the wheel is for.
    private const int Live = 1_000;
    private const int Waiting = 10_000;
    private const string Nginx = "nginx's rule under a lock";
    private const string Dictionary = "ConcurrentDictionary";
    private const string Queue = "PriorityQueue";

    public static IEnumerable<GateCase> Create()
    {
        foreach (int backends in (int[])[16, 1000])
        {
            var schedulers = new SchedulerBenchmarks { Backends = backends, Threads = 1 };
            schedulers.Setup();
            yield return Pick("weighted-least-connections", schedulers.SelectByWeightedLeastConnections);
            yield return Pick("weighted-least-connections, all idle", schedulers.SelectByWeightedLeastConnectionsIdle);
            yield return Pick("smooth-weighted-round-robin", schedulers.SelectBySmoothWeightedRoundRobin);
            yield return Pick("power-of-two-choices", schedulers.SelectByPowerOfTwoChoices);
            yield return Pick("source-hash", schedulers.SelectBySourceHash);

            GateCase Pick(string name, Action run) => new($"{name}, {backends} backends", SchedulerBenchmarks.Picks, run, Nginx, schedulers.Baseline);
        }

        var table = new ConnectionTableBenchmarks { Live = Live, Threads = 1 };
        table.Setup();
        yield return new("ConnectionTable, look up a flow", ConnectionTableBenchmarks.Operations, table.Find, Dictionary, table.FindBaseline);
        yield return new(
            "ConnectionTable, add and remove a flow",
            ConnectionTableBenchmarks.Operations,
            table.AddThenRemove,
            Dictionary,
            table.AddThenRemoveBaseline);
        yield return new(
            "ConnectionTable, add and remove a connection",
            ConnectionTableBenchmarks.Operations,
            table.AddThenRemoveUnindexed,
            Dictionary,
            table.AddThenRemoveBaseline);

        var affinity = new AffinityTableBenchmarks { Clients = Live, Threads = 1 };
        affinity.Setup();
        yield return new(
            "AffinityTable, look up and release",
            AffinityTableBenchmarks.Operations,
            affinity.AcquireThenRelease,
            Dictionary,
            affinity.AcquireThenReleaseBaseline);
        yield return new("AffinityTable, pin in a full table", AffinityTableBenchmarks.Operations, affinity.PinThenReleaseInFullTable);

        var wheel = new TimerWheelBenchmarks { Waiting = Waiting };
        wheel.Setup();
        yield return new("TimerWheel, schedule and cancel", TimerWheelBenchmarks.Operations, wheel.ScheduleThenCancel, Queue, wheel.ScheduleThenCancelBaseline);
        yield return new(
            "TimerWheel, advance and schedule again",
            TimerWheelBenchmarks.Operations,
            wheel.ExpireThenSchedule,
            Queue,
            wheel.ExpireThenScheduleBaseline);
    }
}
