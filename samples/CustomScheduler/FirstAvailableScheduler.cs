// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;

namespace LbEngine.Samples.CustomScheduler;

/// <summary>Active and standby: every connection goes to the first backend, in the order of the configuration, that can take it.</summary>
internal sealed class FirstAvailableScheduler(SchedulingSet set) : IBackendScheduler
{
    public int SelectBackend(in SchedulingContext context)
    {
        for (int index = 0; index < set.Count; index++)
        {
            if (set.CanTake(index) && !context.Excluded.Contains(index))
            {
                return index;
            }
        }

        return -1;
    }
}
