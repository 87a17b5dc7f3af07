// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>Maglev's look-up table: 65537 slots, each owned by one entry, shared out in proportion to weight.</summary>
/// <remarks>
/// <para>
/// Eisenbud et al., "Maglev: A fast and reliable software network load balancer", NSDI 2016, section 3.4. Every entry has its own order
/// of the slots; entries take turns at claiming the next free slot of their order. Weights as in Envoy: an entry
/// of weight w gets its k-th turn in round k times max(w) / w, so the heaviest has one in every round.
/// </para>
/// <para>
/// The table depends on names and weights alone, not on health nor on the order of configuration: every node of a cluster computes the
/// same one. With 65537 slots and 10 entries the shares are even within 0.1 %; each entry has one slot at least.
/// </para>
/// <para>Immutable, any thread. Memory: 128 KiB.</para>
/// </remarks>
internal sealed class MaglevTable
{
    /// <summary>Number of slots, a prime so that every stride visits all of them.</summary>
    public const int SlotCount = 65537;

    private const ulong OffsetSeed = 0x6C62_656E_6769_6E65;
    private const ulong StrideSeed = 0x6D61_676C_6576_3137;

    private readonly string[] _names;
    private readonly int[] _weights;
    private readonly ushort[] _slots;

    /// <summary>Builds the table for entries sorted by name (ordinal), with weights above 0. Keeps both arrays.</summary>
    public MaglevTable(string[] names, int[] weights)
    {
        _names = names;
        _weights = weights;
        _slots = names.Length == 0 ? [] : Fill(names, weights);
    }

    /// <summary>The position in the sorted entries of the owner of a slot. There must be at least one entry.</summary>
    public int this[int slot] => _slots[slot];

    /// <summary>True when this is the table for these sorted entries.</summary>
    public bool IsFor(string[] names, int[] weights) =>
        names.AsSpan().SequenceEqual(_names) && weights.AsSpan().SequenceEqual(_weights);

    private static ushort[] Fill(string[] names, int[] weights)
    {
        long heaviest = weights.Max();
        var slots = new ushort[SlotCount];
        var isTaken = new bool[SlotCount];
        var next = new int[names.Length];
        var strides = new int[names.Length];
        var turns = new long[names.Length];
        var queue = new PriorityQueue<int, long>(names.Length);
        for (int i = 0; i < names.Length; i++)
        {
            next[i] = (int)(SplitMix64.Hash(names[i], OffsetSeed) % SlotCount);
            strides[i] = (int)(SplitMix64.Hash(names[i], StrideSeed) % (SlotCount - 1)) + 1;
            queue.Enqueue(i, i);
        }

        for (int filled = 0; filled < SlotCount; filled++)
        {
            int entry = queue.Peek();
            int slot = next[entry];
            while (isTaken[slot])
            {
                slot = Step(slot, strides[entry]);
            }

            isTaken[slot] = true;
            slots[slot] = (ushort)entry;
            next[entry] = Step(slot, strides[entry]);
            turns[entry]++;

            // Round first, name second: one number, so that the queue is in a fixed order.
            long round = ((turns[entry] * heaviest) + weights[entry] - 1) / weights[entry];
            queue.DequeueEnqueue(entry, (round * SchedulingSet.MaxCount) + entry);
        }

        return slots;
    }

    private static int Step(int slot, int stride)
    {
        int next = slot + stride;
        return next >= SlotCount ? next - SlotCount : next;
    }
}
