// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>The order in which smooth weighted round robin visits the backends of one set, computed once.</summary>
/// <remarks>
/// <para>
/// The order is nginx's (src/stream/ngx_stream_upstream_round_robin.c, commit 27e9498): each step adds every backend's
/// weight to its current value, picks the largest, the first one among equals, and subtracts the sum of weights from the
/// picked one. It repeats after sum(weights) / gcd(weights) steps, in which each backend is met weight / gcd times.
/// </para>
/// <para>
/// Backends of equal weight take turns in the order of their indices, so the computation keeps one current value per
/// distinct weight and costs steps times distinct weights; n distinct weights need n(n+1)/2 steps at least, so that is
/// at most 65536 times 362 in all.
/// </para>
/// <para>
/// When the cycle would be longer than <see cref="MaxSteps"/>, weights are scaled down to a sum of about
/// <see cref="MaxSteps"/>, rounded, and at least 1. Each weight is then off by at most one step, so for n backends a
/// share s of the traffic is off by at most (1 + s n) / (65536 - n): 0.005 % for three backends of any weights. Backends
/// that should have had less than one step in 65536 get one.
/// </para>
/// <para>Immutable, any thread. Memory: 2 bytes per step, 4 per backend.</para>
/// </remarks>
internal sealed class WeightedCycle
{
    /// <summary>The longest cycle before weights are scaled down; 128 KiB of steps.</summary>
    public const int MaxSteps = 65536;

    private readonly ushort[] _steps;
    private readonly int[] _weights;
    private readonly ulong _reciprocal;

    public WeightedCycle(SchedulingSet set)
    {
        if (set.Count > SchedulingSet.MaxCount)
        {
            throw new ArgumentException($"A pool holds at most {SchedulingSet.MaxCount} backends, not {set.Count}.", nameof(set));
        }

        _weights = set.CopyUsableWeights();
        _steps = ComputeSteps(Reduce(_weights));
        _reciprocal = _steps.Length == 0 ? 0 : (ulong.MaxValue / (uint)_steps.Length) + 1;
    }

    /// <summary>Steps until the order repeats; 0 when no backend is usable and has a weight.</summary>
    public int Length => _steps.Length;

    /// <summary>Weights by index; 0 for backends that are not part of the cycle.</summary>
    public ReadOnlySpan<int> Weights => _weights;

    /// <summary>The backend at a step from 0 to <see cref="Length"/> - 1.</summary>
    public int this[int step] => _steps[step];

    /// <summary>The step that an ever-growing ticket falls on. The cycle must not be empty.</summary>
    /// <remarks>Division by multiplication: Lemire, Kaser and Kurz, "Faster remainder by direct computation", 2019.</remarks>
    public int StepOf(uint ticket) =>
        (int)Math.BigMul(_reciprocal * ticket, (ulong)(uint)_steps.Length, out _);

    private static int[] Reduce(int[] weights)
    {
        int divisor = 0;
        long sum = 0;
        foreach (int weight in weights)
        {
            divisor = GreatestCommonDivisor(divisor, weight);
            sum += weight;
        }

        if (divisor == 0)
        {
            return weights;
        }

        bool tooLong = sum / divisor > MaxSteps;
        var reduced = new int[weights.Length];
        for (int i = 0; i < reduced.Length; i++)
        {
            reduced[i] = weights[i] switch
            {
                0 => 0,
                int weight when tooLong => (int)Math.Max(1, ((weight * (long)MaxSteps) + (sum / 2)) / sum),
                int weight => weight / divisor,
            };
        }

        return reduced;
    }

    private static int GreatestCommonDivisor(int first, int second)
    {
        while (second != 0)
        {
            (first, second) = (second, first % second);
        }

        return first;
    }

    private static ushort[] ComputeSteps(int[] weights)
    {
        int[][] groups = [.. Enumerable.Range(0, weights.Length)
            .Where(index => weights[index] > 0)
            .GroupBy(index => weights[index])
            .Select(static group => group.ToArray())];
        long[] gains = [.. groups.Select(group => (long)weights[group[0]])];
        int[] heads = [.. groups.Select(static group => group[0])];
        var turns = new int[groups.Length];
        var current = new long[groups.Length]; // of the head; the other members' values are no larger
        long sum = weights.Sum(static weight => (long)weight);
        var steps = new ushort[sum];
        for (int step = 0; step < steps.Length; step++)
        {
            int best = AddGains(current, gains, heads);
            steps[step] = (ushort)heads[best];
            if (++turns[best] == groups[best].Length)
            {
                turns[best] = 0;
                current[best] -= sum;
            }

            heads[best] = groups[best][turns[best]];
        }

        return steps;
    }

    /// <summary>One step of the rule for all groups. Returns the one with the largest value, among equals the one with the lowest index at its head.</summary>
    private static int AddGains(long[] current, long[] gains, int[] heads)
    {
        int best = 0;
        long bestValue = long.MinValue;
        for (int group = 0; group < current.Length; group++)
        {
            long value = current[group] + gains[group];
            current[group] = value;
            if (value > bestValue || (value == bestValue && heads[group] < heads[best]))
            {
                best = group;
                bestValue = value;
            }
        }

        return best;
    }
}
