// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace LbEngine.Tables;

/// <summary>Hands out the numbers 0 to capacity-1, each to one holder at a time. Lock-free; any thread.</summary>
/// <remarks>
/// <para>
/// The range is cut into shards. A shard is a stack of slots that were given back (Treiber, "Systems Programming: Coping with
/// Parallelism", 1986; the counter beside the head keeps a slot that left and came back from being mistaken for itself), and a
/// mark above which no slot was ever used: memory that is indexed by slot stays untouched until it is needed. A holder starts
/// at its own shard, so reactors neither fight for one head nor get neighbouring rows, and goes on to the others when it is empty.
/// </para>
/// </remarks>
internal sealed class SlotPool
{
    private const int MinSlotsPerShard = 64;
    private const int MaxShards = 64;

    // Lost exchanges on one shard before the next shard is tried: each means that another thread took or gave a slot.
    private const int MaxLostExchanges = 64;

    // Per slot that was given back: the slot below it in the stack, and how deep the stack is down from it. The depth makes
    // counting free of charge: no counter has to be kept right at every take and give.
    private readonly Link[] _links;
    private readonly Shard[] _shards;
    private readonly uint _shardSize;

    public SlotPool(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Capacity = capacity;
        int shards = Math.Clamp(Math.Min(Environment.ProcessorCount, capacity / MinSlotsPerShard), 1, MaxShards);
        _shardSize = (uint)((capacity + shards - 1) / shards);
        _shards = new Shard[shards];
        _links = new Link[capacity];
        for (int i = 0; i < shards; i++)
        {
            _shards[i].Start = (int)Math.Min((uint)i * _shardSize, (uint)capacity);
            _shards[i].Mark = _shards[i].Start;
            _shards[i].End = (int)Math.Min(((uint)i + 1) * _shardSize, (uint)capacity);
        }
    }

    public int Capacity { get; }

    /// <summary>Slots held now; exact when nobody takes or gives.</summary>
    public int Count
    {
        get
        {
            int sum = 0;
            for (int i = 0; i < _shards.Length; i++)
            {
                ref Shard shard = ref _shards[i];
                int top = (int)(uint)Volatile.Read(ref shard.Head) - 1;
                sum += Volatile.Read(ref shard.Mark) - shard.Start - (top < 0 ? 0 : Volatile.Read(ref _links[top].Depth));
            }

            return Math.Clamp(sum, 0, Capacity);
        }
    }

    /// <summary>Takes a slot, if it can from the shard of <paramref name="owner"/>. False when all are held.</summary>
    public bool TryTake(int owner, out int slot)
    {
        int first = (int)((uint)owner % (uint)_shards.Length);
        for (int i = 0; i < _shards.Length; i++)
        {
            int index = first + i;
            ref Shard shard = ref _shards[index < _shards.Length ? index : index - _shards.Length];
            if (TryPop(ref shard, out slot) || TryRaiseMark(ref shard, out slot))
            {
                return true;
            }
        }

        slot = -1;
        return false;
    }

    /// <summary>Gives back a slot; only its holder may, once.</summary>
    public void Give(int slot)
    {
        ref Shard shard = ref _shards[(uint)slot / _shardSize];
        ref Link link = ref _links[slot];
        while (true)
        {
            // A lost exchange means that another thread won one, so somebody always gets on; a slot is never dropped.
            ulong head = Volatile.Read(ref shard.Head);
            int below = (int)(uint)head;
            Volatile.Write(ref link.Below, below);
            Volatile.Write(ref link.Depth, below == 0 ? 1 : Volatile.Read(ref _links[below - 1].Depth) + 1);
            if (Interlocked.CompareExchange(ref shard.Head, NextTag(head) | (uint)(slot + 1), head) == head)
            {
                return;
            }
        }
    }

    /// <summary>The first slot at or after <paramref name="slot"/> that was ever held; -1 when there is none.</summary>
    public int SkipUnused(int slot)
    {
        while ((uint)slot < (uint)Capacity)
        {
            ref Shard shard = ref _shards[(uint)slot / _shardSize];
            if (slot < Volatile.Read(ref shard.Mark))
            {
                return slot;
            }

            slot = shard.End;
        }

        return -1;
    }

    private static ulong NextTag(ulong head) => (head & 0xFFFF_FFFF_0000_0000) + 0x1_0000_0000;

    private bool TryPop(ref Shard shard, out int slot)
    {
        for (int lost = 0; lost < MaxLostExchanges; lost++)
        {
            ulong head = Volatile.Read(ref shard.Head);
            slot = (int)(uint)head - 1;
            if (slot < 0)
            {
                return false;
            }

            uint below = (uint)Volatile.Read(ref _links[slot].Below);
            if (Interlocked.CompareExchange(ref shard.Head, NextTag(head) | below, head) == head)
            {
                return true;
            }
        }

        slot = -1;
        return false;
    }

    private static bool TryRaiseMark(ref Shard shard, out int slot)
    {
        for (int lost = 0; lost < MaxLostExchanges; lost++)
        {
            slot = Volatile.Read(ref shard.Mark);
            if (slot >= shard.End)
            {
                break;
            }

            if (Interlocked.CompareExchange(ref shard.Mark, slot + 1, slot) == slot)
            {
                return true;
            }
        }

        slot = -1;
        return false;
    }

    private struct Link
    {
        /// <summary>The next slot of the stack + 1; 0 at the bottom.</summary>
        public int Below;

        public int Depth;
    }

    /// <summary>Two cache lines, because processors fetch lines in pairs: shards must not share what they write.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Shard
    {
        /// <summary>Top of the stack as slot + 1 (0 = empty) in the low half, a count of changes in the high half.</summary>
        [FieldOffset(64)]
        public ulong Head;

        /// <summary>Slots from here to <see cref="End"/> were never held.</summary>
        [FieldOffset(72)]
        public int Mark;

        [FieldOffset(76)]
        public int End;

        [FieldOffset(80)]
        public int Start;
    }
}
