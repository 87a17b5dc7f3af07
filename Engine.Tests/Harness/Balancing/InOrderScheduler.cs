// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;

namespace LbEngine.Tests.Harness.Balancing;

/// <summary>Takes the first backend that can take traffic, so that a test knows which one is tried first.</summary>
internal sealed class InOrderScheduler(SchedulingSet set) : IBackendScheduler
{
    public const string Name = "in-order";

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
