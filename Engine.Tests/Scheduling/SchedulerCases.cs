// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;

namespace LbEngine.Tests.Scheduling;

/// <summary>The built-in schedulers by name with fixed seeds, and what every test does with them.</summary>
internal static class SchedulerCases
{
    public static TheoryData<string> Names =>
    [
        SchedulerNames.WeightedLeastConnections,
        SchedulerNames.SmoothWeightedRoundRobin,
        SchedulerNames.PowerOfTwoChoices,
        SchedulerNames.SourceHash,
    ];

    public static IBackendScheduler Create(string name, SchedulingSet set) => name switch
    {
        SchedulerNames.WeightedLeastConnections => new WeightedLeastConnectionsScheduler(set, 0),
        SchedulerNames.SmoothWeightedRoundRobin => new SmoothWeightedRoundRobinScheduler(set, 0),
        SchedulerNames.PowerOfTwoChoices => new PowerOfTwoChoicesScheduler(set, 7),
        SchedulerNames.SourceHash => new SourceHashSchedulerFactory().Create(set),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not a built-in scheduler"),
    };

    public static SchedulingContext Client(ulong hash, params int[] excluded)
    {
        var set = new ExclusionSet();
        foreach (int index in excluded)
        {
            Assert.True(set.Add(index));
        }

        return new SchedulingContext(hash, false, set);
    }

    /// <summary>Picks without counting: every connection ends before the next begins.</summary>
    public static int[] PickShort(IBackendScheduler scheduler, int picks, params int[] excluded)
    {
        var picked = new int[picks];
        for (int i = 0; i < picks; i++)
        {
            picked[i] = scheduler.SelectBackend(Client((ulong)i, excluded));
        }

        return picked;
    }

    /// <summary>Picks and counts: no connection ends.</summary>
    public static int[] PickLong(IBackendScheduler scheduler, LoadCounters counters, int picks)
    {
        var picked = new int[picks];
        for (int i = 0; i < picks; i++)
        {
            picked[i] = scheduler.SelectBackend(Client((ulong)i));
            counters.Increment(picked[i]);
        }

        return picked;
    }

    public static int[] Tally(IEnumerable<int> picks, int backends)
    {
        var tally = new int[backends];
        foreach (int pick in picks)
        {
            tally[pick]++;
        }

        return tally;
    }

    public static string Letters(IEnumerable<int> picks) => new([.. picks.Select(pick => (char)('A' + pick))]);
}
