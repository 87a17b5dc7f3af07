// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>Smooth weighted round robin over any part of a set: takes the next step of the cycle whose backend a rule allows.</summary>
/// <remarks>
/// <para>
/// The position moves to just behind the step that was taken, and so meets every allowed step exactly once per turn:
/// shares among the allowed backends are exactly in proportion to weight, whichever they are. (Taking the next allowed step after a
/// position that moves by one would give a backend the share of the forbidden ones before it.)
/// </para>
/// <para>
/// Bounded: at most <see cref="Reach"/> steps of the cycle per try and <see cref="Tries"/> tries, then two looks at each
/// backend. Those looks choose by a Weyl sequence over the sum of allowed weights, in proportion to weight as well, and
/// the position still moves on by the steps that were looked at, so that neither way disturbs the shares of the other.
/// </para>
/// <para>Any thread; lock-free, no allocation.</para>
/// </remarks>
internal sealed class WeightedRotation
{
    private const int Reach = 32;
    private const int Tries = 4;

    private readonly WeightedCycle _cycle;
    private PaddedCounter _position; // mutable, keep non-readonly
    private PaddedCounter _weyl; // mutable, keep non-readonly

    public WeightedRotation(WeightedCycle cycle, int startStep)
    {
        _cycle = cycle;
        _position.Value = cycle.Length == 0 ? 0 : startStep % cycle.Length;
    }

    /// <summary>The next backend that <paramref name="rule"/> allows, or -1 when it allows none.</summary>
    public int Take<TRule>(TRule rule)
        where TRule : struct, IPickRule, allows ref struct
    {
        int reach = Math.Min(Reach, _cycle.Length);
        int index = -1;
        for (int tries = 0; tries < Tries; tries++)
        {
            int start = (int)Volatile.Read(ref _position.Value);
            int step = start;
            index = -1;
            for (int walked = 0; walked < reach && index < 0; walked++)
            {
                int candidate = _cycle[step];
                step = step + 1 == _cycle.Length ? 0 : step + 1;
                if (rule.Allows(candidate))
                {
                    index = candidate;
                }
            }

            bool moved = Interlocked.CompareExchange(ref _position.Value, step, start) == start;
            if (index < 0)
            {
                return TakeByWeight(rule);
            }

            if (moved)
            {
                return index;
            }
        }

        // Several other threads were served meanwhile; one step given twice costs less than an unbounded wait.
        return index;
    }

    private int TakeByWeight<TRule>(TRule rule)
        where TRule : struct, IPickRule, allows ref struct
    {
        ReadOnlySpan<int> weights = _cycle.Weights;
        ulong sum = 0;
        int last = -1;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] > 0 && rule.Allows(i))
            {
                sum += (uint)weights[i];
                last = i;
            }
        }

        if (last < 0)
        {
            return -1;
        }

        ulong ticket = (ulong)Interlocked.Add(ref _weyl.Value, unchecked((long)SplitMix64.Golden));
        ulong mark = SplitMix64.Scale(ticket, sum);
        for (int i = 0; i < last; i++)
        {
            if (weights[i] > 0 && rule.Allows(i))
            {
                if (mark < (uint)weights[i])
                {
                    return i;
                }

                mark -= (uint)weights[i];
            }
        }

        return last;
    }
}
