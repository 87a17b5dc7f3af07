// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Micro;

/// <summary>
/// The baseline of the schedulers: nginx's rule as it is written (commit 27e9498), one look at each backend for each pick, under a lock. Any thread.
/// </summary>
internal sealed class LockedSmoothRoundRobin(ReadOnlySpan<int> weights)
{
    private readonly Lock _lock = new();
    private readonly int[] _weights = weights.ToArray();
    private readonly long[] _current = new long[weights.Length];

    public int SelectBackend()
    {
        lock (_lock)
        {
            int[] weights = _weights;
            long[] current = _current;
            int best = 0;
            long sum = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                sum += weights[i];
                current[i] += weights[i];
                if (current[i] > current[best])
                {
                    best = i;
                }
            }

            current[best] -= sum;
            return best;
        }
    }
}
