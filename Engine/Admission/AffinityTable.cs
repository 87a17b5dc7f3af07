// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Admission;

/// <summary>
/// Memorised choices of one pool: client address to backend, with a time-out that runs only while no connection of the client is open. Lock-free; any
/// thread.
/// </summary>
/// <remarks>
/// <para>
/// The value of a slot is one more than its open connections, so a pin in use can neither expire nor be evicted: both are
/// an exchange of "idle" for "dead", which fails as soon as anybody has taken the pin.
/// </para>
/// <para>
/// When all slots are taken, a hand goes around the table as in the CLOCK algorithm (Corbato, 1968), a group of neighbouring
/// slots at a step, and the pin of the group that was idle longest makes room: least recently used within a group.
/// </para>
/// </remarks>
internal sealed class AffinityTable
{
    private const uint Idle = 1;
    private const int GroupSize = 8;
    private const int MaxGroups = 16;

    // Exchanges lost to other threads before a client goes without a pin.
    private const int MaxAttempts = 256;

    private readonly SlotPool _pool;
    private readonly SlotIndex _index;
    private readonly Pin[] _pins;
    private readonly long _timeout;
    private uint _hand;

    /// <summary>Allocates room for <paramref name="capacity"/> clients.</summary>
    public AffinityTable(int capacity, long timeoutMilliseconds)
    {
        _pool = new SlotPool(capacity);
        _index = new SlotIndex(_pool);
        _pins = new Pin[capacity];
        _timeout = timeoutMilliseconds;
    }

    /// <summary>The most clients that can be pinned at once.</summary>
    public int Capacity => _pins.Length;

    /// <summary>Entries that are pinned now; walks the table, for status only.</summary>
    public int Count(long nowMilliseconds)
    {
        int count = 0;
        for (int slot = _pool.SkipUnused(0); slot >= 0; slot = _pool.SkipUnused(slot + 1))
        {
            uint value = SlotIndex.ValueOf(_index.ReadState(slot));
            if (value > Idle || (value == Idle && !IsExpired(slot, nowMilliseconds)))
            {
                count++;
            }
        }

        return count;
    }

    /// <summary>Every pin, one after the other, while they come and go. Any thread; for status only.</summary>
    public IEnumerable<AffinityEntry> ReadAll(long nowMilliseconds)
    {
        for (int slot = _pool.SkipUnused(0); slot >= 0; slot = _pool.SkipUnused(slot + 1))
        {
            ulong state = _index.ReadState(slot);
            uint value = SlotIndex.ValueOf(state);
            if (value < Idle || (value == Idle && IsExpired(slot, nowMilliseconds)))
            {
                continue;
            }

            SlotKey key = _index.ReadKey(slot);
            int backendId = Volatile.Read(ref _pins[slot].BackendId);
            long expires = value > Idle ? long.MaxValue : Volatile.Read(ref _pins[slot].LastUsedMilliseconds) + _timeout;

            // What was read belongs together only if the slot has not changed meanwhile.
            if (_index.ReadState(slot) == state)
            {
                yield return new AffinityEntry(new AddressKey(key.High, key.Low), backendId, (int)(value - Idle), expires);
            }
        }
    }

    /// <summary>Finds a live pin and holds it open. Match every true with one <see cref="Release"/>.</summary>
    public bool TryAcquire(AddressKey client, long nowMilliseconds, out int backendId)
    {
        SlotKey key = SlotKey.Of(client);
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            SlotIndex.Outcome outcome = _index.Find(key, out int slot, out ulong state);
            if (outcome == SlotIndex.Outcome.Absent)
            {
                break;
            }

            if (outcome == SlotIndex.Outcome.Found && TryHold(key, slot, state, nowMilliseconds, out backendId))
            {
                return true;
            }
        }

        backendId = -1;
        return false;
    }

    /// <summary>
    /// Reserves <paramref name="candidateId"/> for a client that has no live pin and holds it open. When another thread was first,
    /// holds that pin open and hands out its backend in <paramref name="pinnedId"/>. False when there is no room (every entry that
    /// could make room has open connections): then nothing is held.
    /// </summary>
    public bool TryPin(AddressKey client, int candidateId, long nowMilliseconds, out int pinnedId)
    {
        SlotKey key = SlotKey.Of(client);
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            SlotIndex.Outcome outcome = _index.Find(key, out int slot, out ulong state);
            if (outcome == SlotIndex.Outcome.Absent)
            {
                outcome = Insert(key, candidateId, nowMilliseconds, out slot, out state);
            }

            switch (outcome)
            {
                case SlotIndex.Outcome.Inserted:
                    pinnedId = candidateId;
                    return true;
                case SlotIndex.Outcome.Found when TryHold(key, slot, state, nowMilliseconds, out pinnedId):
                    return true;
                case SlotIndex.Outcome.Full:
                    pinnedId = -1;
                    return false;
            }
        }

        pinnedId = -1;
        return false;
    }

    /// <summary>
    /// The pinned backend cannot be used: replaces it by <paramref name="candidateId"/>, unless another thread was first. The caller must hold the pin open.
    /// <paramref name="pinnedId"/> is what the pin says afterwards.
    /// </summary>
    public void Replace(AddressKey client, int unusableId, int candidateId, out int pinnedId)
    {
        pinnedId = candidateId;
        if (FindHeld(SlotKey.Of(client), out int slot, out _))
        {
            int before = Interlocked.CompareExchange(ref _pins[slot].BackendId, candidateId, unusableId);
            pinnedId = before == unusableId ? candidateId : before;
        }
    }

    /// <summary>One connection of the client has ended: the time-out starts when it was the last. Never lost.</summary>
    public void Release(AddressKey client, long nowMilliseconds)
    {
        SlotKey key = SlotKey.Of(client);
        while (FindHeld(key, out int slot, out ulong state))
        {
            // Before the exchange, so that whoever sees the pin idle sees since when.
            Volatile.Write(ref _pins[slot].LastUsedMilliseconds, nowMilliseconds);
            if (_index.TryChange(slot, state, SlotIndex.ValueOf(state) - 1))
            {
                return;
            }
        }
    }

    private bool IsExpired(int slot, long now) => now - Volatile.Read(ref _pins[slot].LastUsedMilliseconds) >= _timeout;

    /// <summary>Finds a pin that the caller holds open. Tries again whenever other threads disturbed the search, each by getting on themselves.</summary>
    private bool FindHeld(in SlotKey key, out int slot, out ulong state)
    {
        SlotIndex.Outcome outcome;
        do
        {
            outcome = _index.Find(key, out slot, out state);
        }
        while (outcome == SlotIndex.Outcome.Contended);

        return outcome == SlotIndex.Outcome.Found && SlotIndex.ValueOf(state) > Idle;
    }

    /// <summary>Holds a pin open, or buries it if it has expired; false also when another thread changed it meanwhile.</summary>
    private bool TryHold(in SlotKey key, int slot, ulong state, long now, out int backendId)
    {
        backendId = -1;
        uint value = SlotIndex.ValueOf(state);
        if (value == Idle && IsExpired(slot, now))
        {
            if (_index.TryChange(slot, state, 0))
            {
                _index.Remove(key, slot);
            }

            return false;
        }

        if (!_index.TryChange(slot, state, value + 1))
        {
            return false;
        }

        backendId = Volatile.Read(ref _pins[slot].BackendId);
        return true;
    }

    private SlotIndex.Outcome Insert(in SlotKey key, int candidateId, long now, out int slot, out ulong state)
    {
        if (!TryTakeSlot(now, out int taken))
        {
            slot = -1;
            state = 0;
            return SlotIndex.Outcome.Full;
        }

        Volatile.Write(ref _pins[taken].BackendId, candidateId);
        Volatile.Write(ref _pins[taken].LastUsedMilliseconds, now);
        SlotIndex.Outcome outcome = _index.Insert(key, taken, Idle + 1, out slot, out state);
        if (outcome != SlotIndex.Outcome.Inserted)
        {
            _pool.Give(taken);
        }

        return outcome;
    }

    private bool TryTakeSlot(long now, out int slot)
    {
        int processor = Thread.GetCurrentProcessorId();
        for (int groups = 0; groups < MaxGroups; groups++)
        {
            if (_pool.TryTake(processor, out slot))
            {
                return true;
            }

            Evict(now);
        }

        return _pool.TryTake(processor, out slot);
    }

    private void Evict(long now)
    {
        uint first = unchecked(Interlocked.Add(ref _hand, GroupSize) - GroupSize);
        int victim = -1;
        ulong victimState = 0;
        long longestIdle = long.MinValue;
        for (uint i = 0; i < GroupSize; i++)
        {
            int slot = (int)((first + i) % (uint)Capacity);
            ulong state = _index.ReadState(slot);
            long idle = now - Volatile.Read(ref _pins[slot].LastUsedMilliseconds);
            if (SlotIndex.ValueOf(state) == Idle && idle > longestIdle)
            {
                victim = slot;
                victimState = state;
                longestIdle = idle;
            }
        }

        if (victim >= 0)
        {
            SlotKey key = _index.ReadKey(victim);
            if (_index.TryChange(victim, victimState, 0))
            {
                _index.Remove(key, victim);
            }
        }
    }

    private struct Pin
    {
        public long LastUsedMilliseconds;
        public int BackendId;
    }
}
