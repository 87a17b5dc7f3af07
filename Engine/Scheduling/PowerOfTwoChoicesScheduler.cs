// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>Draws two distinct backends in proportion to weight and picks the one with the smaller ratio of live connections to weight.</summary>
/// <remarks>
/// <para>
/// Mitzenmacher, "The power of two choices in randomized load balancing", IEEE TPDS 2001. Drawn without replacement: with
/// replacement and two backends, every second pick would not compare at all. Equal ratios go to the first draw, so an idle
/// pool shares by weight.
/// </para>
/// <para>
/// A draw that cannot take the connection is drawn again, <see cref="Draws"/> draws in all. When none of them could, a
/// scan draws twice among the backends that remain, with at most three looks at each.
/// </para>
/// <para>Any thread; wait-free, one interlocked addition per pick.</para>
/// </remarks>
internal sealed class PowerOfTwoChoicesScheduler : IBackendScheduler
{
    private const int Draws = 6;

    private readonly SchedulingSet _set;
    private readonly int[] _weights;
    private readonly WeightedDraw _draw;
    private PaddedCounter _random; // mutable, keep non-readonly

    public PowerOfTwoChoicesScheduler(SchedulingSet set)
        : this(set, (ulong)Random.Shared.NextInt64())
    {
    }

    /// <summary>Starts the stream of random numbers at a given seed.</summary>
    internal PowerOfTwoChoicesScheduler(SchedulingSet set, ulong seed)
    {
        _set = set;
        _weights = set.CopyUsableWeights();
        _draw = new WeightedDraw(_weights);
        _random.Value = unchecked((long)seed);
    }

    /// <inheritdoc/>
    public int SelectBackend(in SchedulingContext context)
    {
        if (_draw.Count == 0)
        {
            return -1;
        }

        var rule = new OpenRule(_set, in context);
        ulong random = SplitMix64.Next(ref _random);
        int drawn = _draw.Draw(random);
        int first = rule.Allows(drawn) ? drawn : -1;
        if (_draw.Count == 1)
        {
            return first;
        }

        for (int draws = 1; draws < Draws; draws++)
        {
            random = SplitMix64.Mix(random + SplitMix64.Golden);
            drawn = _draw.DrawOther(random, drawn);
            if (drawn == first || !rule.Allows(drawn))
            {
                continue;
            }

            if (first >= 0)
            {
                return LessLoaded(first, drawn);
            }

            first = drawn;
        }

        return first >= 0 ? first : Scan(rule, random);
    }

    private int LessLoaded(int first, int second) =>
        (long)_set.GetActiveCount(second) * _weights[first] < (long)_set.GetActiveCount(first) * _weights[second] ? second : first;

    private int Scan(OpenRule rule, ulong random)
    {
        ulong sum = 0;
        for (int i = 0; i < _weights.Length; i++)
        {
            sum += _weights[i] > 0 && rule.Allows(i) ? (uint)_weights[i] : 0;
        }

        int first = FindAllowed(rule, SplitMix64.Scale(SplitMix64.Mix(random + 1), sum), -1);
        if (first < 0 || sum <= (uint)_weights[first])
        {
            return first;
        }

        int second = FindAllowed(rule, SplitMix64.Scale(SplitMix64.Mix(random + 2), sum - (uint)_weights[first]), first);
        return second < 0 ? first : LessLoaded(first, second);
    }

    /// <summary>The allowed backend that <paramref name="mark"/> falls on, the last one when some filled up since the sum was taken.</summary>
    private int FindAllowed(OpenRule rule, ulong mark, int skipped)
    {
        int last = -1;
        for (int i = 0; i < _weights.Length; i++)
        {
            if (_weights[i] == 0 || i == skipped || !rule.Allows(i))
            {
                continue;
            }

            if (mark < (uint)_weights[i])
            {
                return i;
            }

            mark -= (uint)_weights[i];
            last = i;
        }

        return last;
    }
}
