// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Threads;

/// <summary>
/// A barrier that spins, so that all threads go on within nanoseconds of each other; a sleeping one wakes them one by one, and races are missed.
/// </summary>
internal sealed class TightBarrier(int count)
{
    private int _arrived;
    private int _round;

    /// <summary>Waits until all threads have come; the last one runs the action, if any, before they go on.</summary>
    public void SignalAndWait(Action? last = null)
    {
        int round = Volatile.Read(ref _round);
        if (Interlocked.Increment(ref _arrived) == count)
        {
            last?.Invoke();
            Volatile.Write(ref _arrived, 0);
            Volatile.Write(ref _round, round + 1);
            return;
        }

        for (int spins = 0; Volatile.Read(ref _round) == round; spins++)
        {
            if (spins > 2_000)
            {
                Thread.Yield();
            }

            Assert.True(spins < 50_000_000, $"Not all of {count} threads came to the barrier in round {round}.");
        }
    }
}
