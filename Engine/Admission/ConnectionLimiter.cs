// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Admission;

/// <summary>Counts live connections per listener and client, an address or a network, in memory that is allocated once. Lock-free; any thread.</summary>
/// <remarks>The value of a slot is the count; a slot whose count falls to 0 leaves the index at once.</remarks>
internal sealed class ConnectionLimiter
{
    // Slots on their way out are still taken for an instant; these keep them from costing a client its place.
    private const int SpareSlots = 64;

    // Exchanges lost to other threads before a client is refused: the safe outcome, since it is never let in uncounted.
    private const int MaxAttempts = 256;

    private readonly SlotPool _pool;
    private readonly SlotIndex _index;

    /// <summary>Room for <paramref name="capacity"/> live connections, each of which might come from an address of its own.</summary>
    public ConnectionLimiter(int capacity)
    {
        _pool = new SlotPool(capacity + SpareSlots);
        _index = new SlotIndex(_pool);
    }

    /// <summary>Listeners' clients that are counted now; exact when nobody acquires or releases.</summary>
    public int ClientCount => _pool.Count;

    /// <summary>Counts one connection more unless the client has <paramref name="limit"/> already. Match every true with one <see cref="Release"/>.</summary>
    public bool TryAcquire(int listenerId, AddressKey client, int limit)
    {
        SlotKey key = SlotKey.Of(client, listenerId);
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            SlotIndex.Outcome outcome = _index.Find(key, out int slot, out ulong state);
            if (outcome == SlotIndex.Outcome.Absent)
            {
                outcome = Insert(key, out slot, out state);
            }

            switch (outcome)
            {
                case SlotIndex.Outcome.Inserted:
                    return true;
                case SlotIndex.Outcome.Full:
                    return false;
                case SlotIndex.Outcome.Found when SlotIndex.ValueOf(state) >= (uint)limit:
                    return false;
                case SlotIndex.Outcome.Found when _index.TryChange(slot, state, SlotIndex.ValueOf(state) + 1):
                    return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Gives back what one <see cref="TryAcquire"/> took. Never lost: it is tried again until it is done, and each lost exchange was won by another
    /// thread.
    /// </summary>
    public void Release(int listenerId, AddressKey client)
    {
        SlotKey key = SlotKey.Of(client, listenerId);
        SlotIndex.Outcome outcome;
        while ((outcome = _index.Find(key, out int slot, out ulong state)) != SlotIndex.Outcome.Absent)
        {
            uint left = SlotIndex.ValueOf(state) - 1;
            if (outcome == SlotIndex.Outcome.Found && _index.TryChange(slot, state, left))
            {
                if (left == 0)
                {
                    _index.Remove(key, slot);
                }

                return;
            }
        }
    }

    private SlotIndex.Outcome Insert(in SlotKey key, out int slot, out ulong state)
    {
        if (!_pool.TryTake(Thread.GetCurrentProcessorId(), out int taken))
        {
            slot = -1;
            state = 0;
            return SlotIndex.Outcome.Full;
        }

        SlotIndex.Outcome outcome = _index.Insert(key, taken, 1, out slot, out state);
        if (outcome != SlotIndex.Outcome.Inserted)
        {
            _pool.Give(taken);
        }

        return outcome;
    }
}
