// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Scheduling;
using LbEngine.Tables;

namespace LbEngine.Admission;

/// <summary>Picks a backend of a pool: affinity first, then the pool's scheduler. The one way for every front end. Pure policy; any thread.</summary>
/// <remarks>
/// What was taken is noted in the client's <see cref="PoolHold"/>, also when there is no backend or a scheduler throws: <see cref="GiveBack"/>
/// returns just that.
/// </remarks>
internal sealed class BackendPicker
{
    // Picks that may be lost to other threads (a backend filled up, or was removed, between the pick and its count)
    // before the pool counts as full. Bounded, so that no storm can keep a thread here.
    private const int MaxLostPicks = ExclusionSet.Capacity;

    private readonly AffinityDirectory _affinity;
    private readonly BackendDirectory _backends;

    public BackendPicker(AffinityDirectory affinity, BackendDirectory backends)
    {
        _affinity = affinity;
        _backends = backends;
    }

    /// <summary>Picks for a client that the pool's affinity may know. Backends that have failed it before are left out.</summary>
    public bool TryPick(ref PoolHold hold, AddressKey client, bool isDatagram, long nowMilliseconds)
    {
        hold.Attempts++;
        PoolAffinity? affinity = _affinity.Find(hold.Pool.Id);
        hold.Backend = affinity is null
            ? Schedule(ref hold, client, isDatagram)
            : PickWithAffinity(ref hold, affinity, client, isDatagram, nowMilliseconds);
        return hold.Backend is not null;
    }

    /// <summary>
    /// Moves the client to the next distinct backend after a failure. False when the pool allows no more attempts, or nobody is left: then no
    /// backend is held.
    /// </summary>
    public static bool TryPickNext(ref PoolHold hold, AddressKey client, bool isDatagram)
    {
        Backend failed = hold.Backend!;
        failed.Release();
        hold.Backend = null;
        hold.Tried.Add(failed.Slot);
        if (hold.Attempts >= hold.Pool.ConnectAttempts || Schedule(ref hold, client, isDatagram) is not Backend next)
        {
            return false;
        }

        hold.Attempts++;
        hold.Backend = next;
        hold.Affinity?.Replace(client, failed.Id, next.Id);
        return true;
    }

    /// <summary>Gives back whatever is held of the pool; what is not held is left alone.</summary>
    public static void GiveBack(ref PoolHold hold, AddressKey client, long nowMilliseconds)
    {
        if (hold.Backend is Backend backend)
        {
            hold.Backend = null;
            backend.Release();
        }

        if (hold.Affinity is IAffinityHold affinity)
        {
            hold.Affinity = null;
            affinity.Release(client, nowMilliseconds);
        }
    }

    private Backend? PickWithAffinity(ref PoolHold hold, PoolAffinity affinity, AddressKey client, bool isDatagram, long now)
    {
        AddressKey masked = affinity.Mask(client);
        if (affinity.Table.TryAcquire(masked, now, out int pinnedId))
        {
            hold.Affinity = affinity;
            if (TryAcquirePinned(pinnedId, ref hold) is Backend pinned)
            {
                return pinned;
            }

            Backend? replacement = Schedule(ref hold, client, isDatagram);
            if (replacement is null)
            {
                return null;
            }

            affinity.Table.Replace(masked, pinnedId, replacement.Id, out int winnerId);
            return PreferWinner(ref hold, replacement, winnerId);
        }

        Backend? candidate = Schedule(ref hold, client, isDatagram);
        if (candidate is null || !affinity.Table.TryPin(masked, candidate.Id, now, out int reservedId))
        {
            return candidate;
        }

        hold.Affinity = affinity;
        return PreferWinner(ref hold, candidate, reservedId);
    }

    /// <summary>Another thread reserved a backend for the same client first: go there, when it can take one more.</summary>
    private Backend PreferWinner(ref PoolHold hold, Backend candidate, int winnerId)
    {
        if (winnerId == candidate.Id || TryAcquirePinned(winnerId, ref hold) is not Backend winner)
        {
            return candidate;
        }

        candidate.Release();
        return winner;
    }

    private Backend? TryAcquirePinned(int backendId, ref PoolHold hold)
    {
        Backend? pinned = _backends.Find(backendId);
        return pinned is not null && pinned.KeepsTraffic && !hold.Tried.Contains(pinned.Slot) && pinned.TryAcquire() ? pinned : null;
    }

    private static Backend? Schedule(ref PoolHold hold, AddressKey client, bool isDatagram)
    {
        ExclusionSet excluded = hold.Tried;
        BackendSet set = hold.Pool.Current;
        for (int lost = 0; lost < MaxLostPicks; lost++)
        {
            int index = set.Scheduler.SelectBackend(new SchedulingContext(client.Hash(), isDatagram, excluded));
            Backend? backend = set.Find(index);
            if (backend is null)
            {
                return null;
            }

            if (backend.TryAcquire())
            {
                return backend;
            }

            if (!excluded.Add(index))
            {
                return null;
            }
        }

        return null;
    }
}
