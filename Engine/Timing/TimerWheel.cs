// SPDX-License-Identifier: MIT
using System.Numerics;

namespace LbEngine.Timing;

/// <summary>Hierarchical timing wheel for one owner: constant-time schedule and cancel, hands out expired nodes and calls nobody.</summary>
/// <remarks>
/// <para>
/// Scheme 7 of Varghese and Lauck, "Hashed and Hierarchical Timing Wheels" (SOSP 1987), with ticks of 8 ms and levels of
/// 64 slots. The level of a node is the highest group of six bits in which its tick differs from the wheel's, so a level never
/// wraps around: every used slot lies ahead of the wheel, and anything in a lower level is due before anything in a higher one.
/// One word per level says which slots are used, so the wheel jumps over empty time however long it stood still.
/// </para>
/// <para>
/// Ticks count from the construction of the wheel, so no start of the clock is special. Seven levels reach 1115 years; a later
/// deadline counts as that. A node moves down at most six times in its life; nodes of one tick come out in the order in which
/// they were scheduled. Every member: owner only.
/// </para>
/// </remarks>
internal sealed class TimerWheel
{
    private const int TickBits = 3;
    private const int TickMilliseconds = 1 << TickBits;
    private const int SlotBits = 6;
    private const int SlotsPerLevel = 1 << SlotBits;
    private const int Levels = 7;
    private const long LastTick = (1L << (SlotBits * Levels)) - 1;

    private readonly long _origin;
    private readonly Slot[] _slots = new Slot[Levels * SlotsPerLevel];
    private readonly ulong[] _usedSlots = new ulong[Levels];
    private readonly Slot _due = new(-1);
    private long _tick;
    private long _now;

    /// <summary>Starts an empty wheel; deadlines and times given to it later are on the same clock.</summary>
    public TimerWheel(long nowMilliseconds)
    {
        _origin = nowMilliseconds;
        for (int i = 0; i < _slots.Length; i++)
        {
            _slots[i] = new Slot(i);
        }
    }

    /// <summary>Nodes waiting.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Schedules the node, or moves it when it is scheduled already. A deadline in the past expires at the next <see cref="TryTakeExpired"/>.
    /// </summary>
    public void Schedule(TimerNode node, long deadlineMilliseconds)
    {
        if (node.IsScheduled)
        {
            Unlink(node);
        }
        else
        {
            Count++;
        }

        node.Deadline = deadlineMilliseconds;
        if (deadlineMilliseconds - _origin <= _now)
        {
            _due.Append(node);
            return;
        }

        Place(node);
    }

    /// <summary>Takes the node out; does nothing when it is not scheduled.</summary>
    public void Cancel(TimerNode node)
    {
        if (node.IsScheduled)
        {
            Unlink(node);
            Count--;
        }
    }

    /// <summary>
    /// Hands out one node whose deadline is at or before <paramref name="nowMilliseconds"/>, never early, at most one tick late;
    /// null when there is none. The node is no longer scheduled.
    /// </summary>
    public TimerNode? TryTakeExpired(long nowMilliseconds)
    {
        _now = Math.Max(_now, nowMilliseconds - _origin);
        long nowTick = Math.Min(_now >> TickBits, LastTick);
        while (!_due.IsScheduled)
        {
            long next = NextUsedTick(out int level);
            if (next > nowTick)
            {
                // No used slot starts in between, so every node keeps its level.
                _tick = nowTick;
                return null;
            }

            _tick = next;
            Empty(_slots[(level * SlotsPerLevel) + SlotIn(level, next)]);
        }

        TimerNode node = _due.Next!;
        Unlink(node);
        Count--;
        return node;
    }

    /// <summary>
    /// Milliseconds until the owner must call <see cref="TryTakeExpired"/> again: never later than the tick of the next deadline
    /// (it may be earlier, when nodes have to move down a level); -1 when nothing waits.
    /// </summary>
    public int MillisecondsUntilNext(long nowMilliseconds)
    {
        if (Count == 0)
        {
            return -1;
        }

        if (_due.IsScheduled)
        {
            return 0;
        }

        long wait = (NextUsedTick(out _) << TickBits) - (nowMilliseconds - _origin);
        return (int)Math.Clamp(wait, 0, int.MaxValue);
    }

    private static int SlotIn(int level, long tick) => (int)(tick >> (level * SlotBits)) & (SlotsPerLevel - 1);

    /// <summary>The first tick at which a slot has to be emptied; beyond every tick when none is used.</summary>
    private long NextUsedTick(out int level)
    {
        for (level = 0; level < Levels; level++)
        {
            if (_usedSlots[level] != 0)
            {
                int shift = level * SlotBits;
                long passed = _tick >> (shift + SlotBits) << SlotBits;
                return (passed + BitOperations.TrailingZeroCount(_usedSlots[level])) << shift;
            }
        }

        return long.MaxValue;
    }

    /// <summary>
    /// Hands every node of a slot that the wheel has reached to a lower level, or to the due list. Never straight to the due list for being late:
    /// nodes keep the order of their ticks through any stall.
    /// </summary>
    private void Empty(Slot slot)
    {
        while (slot.Next is TimerNode node)
        {
            Unlink(node);
            Place(node);
        }
    }

    private void Place(TimerNode node)
    {
        long delay = node.Deadline - _origin;
        long tick = Math.Min((delay >> TickBits) + ((delay & (TickMilliseconds - 1)) == 0 ? 0 : 1), LastTick);
        if (tick <= _tick)
        {
            _due.Append(node);
            return;
        }

        int level = BitOperations.Log2((ulong)(tick ^ _tick)) / SlotBits;
        int slot = SlotIn(level, tick);
        _usedSlots[level] |= 1UL << slot;
        _slots[(level * SlotsPerLevel) + slot].Append(node);
    }

    private void Unlink(TimerNode node)
    {
        TimerNode next = node.Next!;
        TimerNode previous = node.Previous!;
        node.Next = null;
        node.Previous = null;
        if (ReferenceEquals(next, previous))
        {
            // A circle of two: the other one is the slot itself, which is empty now.
            var slot = (Slot)next;
            slot.Next = null;
            slot.Previous = null;
            if (slot.Index >= 0)
            {
                _usedSlots[slot.Index / SlotsPerLevel] &= ~(1UL << (slot.Index % SlotsPerLevel));
            }

            return;
        }

        previous.Next = next;
        next.Previous = previous;
    }

    /// <summary>The fixed point of one circular list; not linked to anything while the list is empty.</summary>
    private sealed class Slot(int index) : TimerNode
    {
        public int Index { get; } = index;

        public void Append(TimerNode node)
        {
            TimerNode last = Previous ?? this;
            last.Next = node;
            node.Previous = last;
            node.Next = this;
            Previous = node;
        }
    }
}
