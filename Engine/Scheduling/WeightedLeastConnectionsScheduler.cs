// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace LbEngine.Scheduling;

/// <summary>Picks the backend with the smallest ratio of live connections to weight; equals take turns by smooth weighted round robin.</summary>
/// <remarks>
/// <para>
/// The rule of nginx's least_conn (src/stream/ngx_stream_upstream_least_conn_module.c, commit 27e9498). Ratios are compared by cross
/// multiplication in 64 bits: counts are below 2^31 and weights below 2^16, so a product stays below 2^47.
/// </para>
/// <para>
/// Turns among equals follow the order of the whole set's <see cref="WeightedCycle"/>, with the others left out: shares
/// are in proportion to weight, as if the equals had a cycle of their own. Where they are so few that their steps lie far
/// apart, a Weyl sequence over their weights takes the cycle's place, with the same shares and spread as evenly.
/// </para>
/// <para>
/// Any thread; lock-free. One look at every backend over packed counts, a second one only when few are equal. Counts may move
/// while they are read; the pick is then the best of what was seen.
/// </para>
/// </remarks>
internal sealed class WeightedLeastConnectionsScheduler : IBackendScheduler
{
    private const int Block = 4;

    // So many equals are remembered while scanning.
    private const int MaxFew = 16;

    // Below this share of all weights a walk along the cycle would often come to nothing.
    private const int SparseShare = 8;

    private readonly SchedulingSet _set;
    private readonly WeightedCycle _cycle;
    private readonly WeightedRotation _turns;
    private readonly long _allWeights;
    private readonly bool _hasLimits;
    private PaddedCounter _weyl; // mutable, keep non-readonly

    public WeightedLeastConnectionsScheduler(SchedulingSet set)
        : this(set, Random.Shared.Next())
    {
    }

    /// <summary>Starts turns among equals at a given step of the cycle, taken modulo its length.</summary>
    internal WeightedLeastConnectionsScheduler(SchedulingSet set, int startStep)
    {
        _set = set;
        _cycle = new WeightedCycle(set);
        _turns = new WeightedRotation(_cycle, startStep);
        foreach (int weight in _cycle.Weights)
        {
            _allWeights += weight;
        }

        _hasLimits = set.Limits.ContainsAnyExcept(int.MaxValue);
    }

    /// <inheritdoc/>
    public int SelectBackend(in SchedulingContext context)
    {
        Few few = default; // mutable, filled by the scan
        Lead lead = FindLead(in context, ref few);
        if (lead.Ties <= 1)
        {
            return lead.Ties == 0 ? -1 : few[0];
        }

        if (lead.Ties <= MaxFew && lead.TiedWeights * SparseShare < _allWeights)
        {
            return TakeByWeight(in few, lead.TiedWeights);
        }

        // None left means that every equal one took a connection meanwhile: the first is still the best that was seen.
        int index = _turns.Take(new TiedRule(_set, in context, lead.Count, lead.Weight));
        return index < 0 ? few[0] : index;
    }

    private Lead FindLead(in SchedulingContext context, ref Few few)
    {
        // Nobody leads at first: a ratio of 1 to 0 loses against every backend.
        long leadCount = 1;
        long leadWeight = 0;
        long tiedWeights = 0;
        int ties = 0;
        bool isOpen = !_hasLimits && context.Excluded.Count == 0;
        var rule = new OpenRule(_set, in context);
        ReadOnlySpan<int> allWeights = _cycle.Weights;
        int[][] chunks = _set.LoadChunks;
        for (int first = 0; first < allWeights.Length; first += LoadCounters.ChunkSize)
        {
            ReadOnlySpan<int> weights = allWeights.Slice(first, Math.Min(LoadCounters.ChunkSize, allWeights.Length - first));
            ReadOnlySpan<int> counts = chunks[first / LoadCounters.ChunkSize].AsSpan(0, weights.Length);
            for (int start = 0; start < weights.Length; start += Block)
            {
                int end = Math.Min(start + Block, weights.Length);
                long reach = ties > MaxFew ? 0 : -1; // once there are many equals, one more makes no difference
                if (end - start == Block && AreAllWithin(reach, counts.Slice(start, Block), weights.Slice(start, Block), leadCount, leadWeight))
                {
                    continue;
                }

                for (int i = start; i < end; i++)
                {
                    long count = counts[i];
                    long weight = weights[i];
                    long ahead = (leadCount * weight) - (count * leadWeight);
                    if (ahead < 0 || weight == 0 || !(isOpen || rule.Allows(first + i)))
                    {
                        continue;
                    }

                    if (ahead > 0)
                    {
                        leadCount = count;
                        leadWeight = weight;
                        tiedWeights = 0;
                        ties = 0;
                    }

                    tiedWeights += weight;
                    if (ties < MaxFew)
                    {
                        few[ties] = first + i;
                    }

                    ties++;
                }
            }
        }

        return new Lead(leadCount, leadWeight, ties, tiedWeights);
    }

    /// <summary>True when each of four backends is ahead of the leader by at most <paramref name="reach"/>, which is 0 or -1.</summary>
    /// <remarks>One branch for four backends, which goes the same way nearly always in a long scan.</remarks>
    private static bool AreAllWithin(long reach, ReadOnlySpan<int> counts, ReadOnlySpan<int> weights, long leadCount, long leadWeight)
    {
        long bar = reach + 1;
        long first = (leadCount * weights[0]) - (counts[0] * leadWeight) - bar;
        long second = (leadCount * weights[1]) - (counts[1] * leadWeight) - bar;
        long third = (leadCount * weights[2]) - (counts[2] * leadWeight) - bar;
        long fourth = (leadCount * weights[3]) - (counts[3] * leadWeight) - bar;
        return (first & second & third & fourth) < 0;
    }

    private int TakeByWeight(in Few few, long sum)
    {
        ulong ticket = (ulong)Interlocked.Add(ref _weyl.Value, unchecked((long)SplitMix64.Golden));
        long mark = (long)SplitMix64.Scale(ticket, (ulong)sum);
        ReadOnlySpan<int> weights = _cycle.Weights;
        int next = 0;
        while (mark >= weights[few[next]])
        {
            mark -= weights[few[next++]];
        }

        return few[next];
    }

    /// <summary>The smallest ratio, how many backends have it, and the sum of their weights; the last two are exact only up to <see cref="MaxFew"/>.</summary>
    private readonly record struct Lead(long Count, long Weight, int Ties, long TiedWeights);

    /// <summary>Indices of the first backends that tie, on the stack.</summary>
    [InlineArray(MaxFew)]
    private struct Few
    {
        private int _first;
    }
}
