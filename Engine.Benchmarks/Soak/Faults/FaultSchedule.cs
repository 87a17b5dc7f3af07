// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Soak.Traffic;

namespace LbEngine.Benchmarks.Soak.Faults;

/// <summary>What will be done and when, made from a seed before the run begins. Pure.</summary>
internal static class FaultSchedule
{
    /// <summary>At most so many backends suffer at once: somebody must be left for every client, within the attempts of a connect.</summary>
    public const int MostAtOnce = 2;

    // The balancer learns between two faults of a backend that it is well again.
    private const double Recovery = 2;

    private const int MostWeight = 20;

    // A start of the runtime, and the old process stays until its clients have gone.
    private const double BetweenTakeOvers = 20;

    /// <param name="seed">The same seed gives the same schedule.</param>
    /// <param name="seconds">How long faults go on.</param>
    /// <param name="backends">How many there are.</param>
    /// <param name="kinds">Which faults are possible here.</param>
    /// <param name="lastTakeOver">When the last take-over begins: that process must show that it does not grow, and that its counts add up.</param>
    public static IReadOnlyList<FaultEvent> Make(ulong seed, double seconds, int backends, IReadOnlyList<FaultKind> kinds, double lastTakeOver)
    {
        var random = new Mixer(seed);
        var free = new double[backends];
        var events = new List<FaultEvent>();
        double takeOverFrom = 0;
        for (double at = 1; at < seconds; at += 0.2 + (random.Below(1800) / 1000.0))
        {
            FaultKind kind = kinds[(int)random.Below(kinds.Count)];
            double duration = 0.5 + (random.Below(3500) / 1000.0);
            int backend = (int)random.Below(backends);
            int amount = 1 + (int)random.Below(MostWeight);
            double now = at;
            if (kind == FaultKind.TakeOver)
            {
                if (at < takeOverFrom || at > lastTakeOver - BetweenTakeOvers)
                {
                    continue;
                }

                takeOverFrom = at + BetweenTakeOvers;
                backend = -1;
            }
            else if (kind is FaultKind.Close or FaultKind.Crowd)
            {
                backend = -1;
            }
            else if (free[backend] > at || (IsHard(kind) && free.Count(until => until > now) >= MostAtOnce))
            {
                continue;
            }
            else
            {
                free[backend] = at + duration + Recovery;
            }

            events.Add(new FaultEvent(at, kind, backend, duration, amount));
        }

        if (kinds.Contains(FaultKind.TakeOver))
        {
            events.Add(new FaultEvent(lastTakeOver, FaultKind.TakeOver, -1, 0, 0));
        }

        return [.. events.OrderBy(fault => fault.At)];
    }

    // Whoever suffers one of these serves nobody meanwhile.
    private static bool IsHard(FaultKind kind) => kind is not FaultKind.Weigh;
}
