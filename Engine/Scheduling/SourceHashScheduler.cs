// SPDX-License-Identifier: MIT
using System.Numerics;

namespace LbEngine.Scheduling;

/// <summary>Sends a client address to the same backend every time, on every node, and moves few clients when backends come or go.</summary>
/// <remarks>
/// <para>
/// A client's hash points to a slot of the <see cref="MaglevTable"/>. The owner of the slot takes the connection; when it is
/// down, drained, full or was tried before, the owners of the following slots are asked, so only the clients of that
/// backend move, and they spread over the others by weight.
/// </para>
/// <para>
/// After <see cref="Reach"/> slots each backend is looked at once and the winner is the one with the smallest -log(u) / weight, where u
/// is a hash of client and backend (weighted rendezvous hashing; Schindelhauer and Schomaker, SPAA 2005). That too
/// depends on the client alone, and moves only clients whose backend is lost.
/// </para>
/// <para>Any thread; wait-free, writes nothing.</para>
/// </remarks>
internal sealed class SourceHashScheduler : IBackendScheduler
{
    private const int Reach = 64;
    private const int LogFractionBits = 24;

    private readonly SchedulingSet _set;
    private readonly MaglevTable _table;
    private readonly int[] _indices;
    private readonly ulong[] _nameHashes;

    /// <summary>Built by <see cref="SourceHashSchedulerFactory"/>.</summary>
    /// <param name="set">The backends to choose from.</param>
    /// <param name="table">The table for the backends of the set that have a name and a weight.</param>
    /// <param name="indices">Index in the set of each entry of the table.</param>
    public SourceHashScheduler(SchedulingSet set, MaglevTable table, int[] indices)
    {
        _set = set;
        _table = table;
        _indices = indices;
        _nameHashes = [.. indices.Select(index => SplitMix64.Hash(set.GetName(index), 0))];
    }

    /// <inheritdoc/>
    public int SelectBackend(in SchedulingContext context)
    {
        if (_indices.Length == 0)
        {
            return -1;
        }

        var rule = new OpenRule(_set, in context);
        ulong hash = SplitMix64.Mix(context.ClientHash);
        int slot = (int)SplitMix64.Scale(hash, MaglevTable.SlotCount);
        for (int looks = 0; looks < Reach; looks++)
        {
            int index = _indices[_table[slot]];
            if (rule.Allows(index))
            {
                return index;
            }

            slot = slot + 1 == MaglevTable.SlotCount ? 0 : slot + 1;
        }

        return FindByRendezvous(rule, hash);
    }

    private int FindByRendezvous(OpenRule rule, ulong hash)
    {
        int best = -1;
        long bestLog = 1;
        long bestWeight = 0;
        for (int entry = 0; entry < _indices.Length; entry++)
        {
            int index = _indices[entry];
            if (!rule.Allows(index))
            {
                continue;
            }

            long weight = _set.Weights[index];
            long log = NegativeLog2(SplitMix64.Mix(hash ^ _nameHashes[entry]));
            if (log * bestWeight < bestLog * weight)
            {
                best = index;
                bestLog = log;
                bestWeight = weight;
            }
        }

        return best;
    }

    /// <summary>-log2(value / 2^64) with <see cref="LogFractionBits"/> fraction bits, at most 2^30. Integers only, so that every machine agrees.</summary>
    /// <remarks>Knuth, The Art of Computer Programming 1, section 1.2.2: squaring the mantissa yields one bit of the logarithm at a time.</remarks>
    private static long NegativeLog2(ulong value)
    {
        value |= 1;
        int zeros = BitOperations.LeadingZeroCount(value);
        ulong mantissa = (value << zeros) >> 32; // 1.31 fixed point, from 1 to 2
        long log = 63 - zeros;
        for (int bit = 0; bit < LogFractionBits; bit++)
        {
            mantissa = (mantissa * mantissa) >> 31;
            ulong carry = mantissa >> 32;
            mantissa >>= (int)carry;
            log = (log << 1) | (long)carry;
        }

        return (64L << LogFractionBits) - log;
    }
}
