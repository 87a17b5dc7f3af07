// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace LbEngine.Connections;

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

    private readonly int[] _below;
    private readonly Shard[] _shards;
    private readonly uint _shardSize;

    public SlotPool(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Capacity = capacity;
        int shards = Math.Clamp(Math.Min(Environment.ProcessorCount, capacity / MinSlotsPerShard), 1, MaxShards);
        _shardSize = (uint)((capacity + shards - 1) / shards);
        _shards = new Shard[shards];
        _below = new int[capacity];
        for (int i = 0; i < shards; i++)
        {
            _shards[i].Mark = (int)Math.Min((uint)i * _shardSize, (uint)capacity);
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
                sum += Volatile.Read(ref _shards[i].Held);
            }

            return sum;
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
                Interlocked.Increment(ref shard.Held);
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
        while (true)
        {
            // A lost exchange means that another thread won one, so somebody always gets on; a slot is never dropped.
            ulong head = Volatile.Read(ref shard.Head);
            Volatile.Write(ref _below[slot], (int)(uint)head);
            if (Interlocked.CompareExchange(ref shard.Head, NextTag(head) | (uint)(slot + 1), head) == head)
            {
                Interlocked.Decrement(ref shard.Held);
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

            uint below = (uint)Volatile.Read(ref _below[slot]);
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

        /// <summary>Taken from here less given back to here.</summary>
        [FieldOffset(80)]
        public int Held;
    }
}
