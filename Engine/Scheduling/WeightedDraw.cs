// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>Draws indices at random in proportion to fixed weights.</summary>
/// <remarks>
/// <para>
/// A table of running sums with one or two guide entries per backend (Chen and Asau, "On generating random variates from an
/// empirical distribution", 1974): the guide narrows a draw to two entries on average, bisection does the rest, so the worst case
/// is log2(n) steps. Unlike an alias table it can leave one backend out, which gives two distinct draws without trying again.
/// </para>
/// <para>Immutable, any thread. Memory: at most 20 bytes per backend.</para>
/// </remarks>
internal sealed class WeightedDraw
{
    private readonly int[] _indices;
    private readonly uint[] _sums; // _sums[k] = weights before entry k; one entry more than backends
    private readonly int[] _entryOfIndex;
    private readonly int[] _guide; // _guide[g] = last entry that starts at or before g << _shift
    private readonly int _shift;

    public WeightedDraw(ReadOnlySpan<int> weights)
    {
        _entryOfIndex = new int[weights.Length];
        var indices = new List<int>();
        var sums = new List<uint> { 0 };
        for (int i = 0; i < weights.Length; i++)
        {
            _entryOfIndex[i] = indices.Count;
            if (weights[i] > 0)
            {
                indices.Add(i);
                sums.Add(checked(sums[^1] + (uint)weights[i]));
            }
        }

        _indices = [.. indices];
        _sums = [.. sums];
        while (Sum >> _shift > 2 * (uint)Count)
        {
            _shift++;
        }

        _guide = new int[(Sum >> _shift) + 2];
        int entry = 0;
        for (int g = 0; g < _guide.Length; g++)
        {
            ulong mark = (ulong)g << _shift;
            while (entry + 1 < Count && _sums[entry + 1] <= mark)
            {
                entry++;
            }

            _guide[g] = entry;
        }
    }

    /// <summary>How many backends can be drawn.</summary>
    public int Count => _indices.Length;

    private uint Sum => _sums[^1];

    /// <summary>Draws one backend. <see cref="Count"/> must be at least 1.</summary>
    public int Draw(ulong random) => Find((uint)SplitMix64.Scale(random, Sum));

    /// <summary>Draws one backend other than <paramref name="index"/>, which must be one that can be drawn. <see cref="Count"/> must be at least 2.</summary>
    public int DrawOther(ulong random, int index)
    {
        int entry = _entryOfIndex[index];
        uint weight = _sums[entry + 1] - _sums[entry];
        uint mark = (uint)SplitMix64.Scale(random, Sum - weight);
        return Find(mark < _sums[entry] ? mark : mark + weight);
    }

    private int Find(uint mark)
    {
        uint bucket = mark >> _shift;
        int low = _guide[bucket];
        int high = _guide[bucket + 1];
        while (low < high)
        {
            int middle = (low + high + 1) >> 1;
            if (_sums[middle] <= mark)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return _indices[low];
    }
}
