// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;

namespace LbEngine.Tests.Transport.Memory;

/// <summary>The least loaded backend that can take traffic, the first of equals: no chance in it.</summary>
internal sealed class LeastLoadedScheduler(SchedulingSet set) : IBackendScheduler
{
    public int SelectBackend(in SchedulingContext context)
    {
        int best = -1;
        for (int i = 0; i < set.Count; i++)
        {
            if (set.CanTake(i) && !context.Excluded.Contains(i) && (best < 0 || set.GetActiveCount(i) < set.GetActiveCount(best)))
            {
                best = i;
            }
        }

        return best;
    }
}
