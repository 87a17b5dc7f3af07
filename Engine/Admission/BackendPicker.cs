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

    /// <summary>Picks by the scheduler alone, for a client that affinity cannot know. Backends that have failed it before are left out.</summary>
    public static bool TrySchedule(ref PoolHold hold, AddressKey client, bool isDatagram)
    {
        hold.Attempts++;
        hold.Backend = Schedule(ref hold, client, isDatagram);
        return hold.Backend is not null;
    }

    /// <summary>Takes the backend of a name if it may take known clients, as if the client were pinned to it.</summary>
    public static bool TryPickNamed(ref PoolHold hold, string name) => TryPickKnown(ref hold, hold.Pool.Current.Find(name));

    /// <summary>Takes a backend if it may take known clients, as if the client were pinned to it.</summary>
    public static bool TryPickKnown(ref PoolHold hold, Backend? known)
    {
        hold.Backend = AcquirePinned(known, ref hold);
        hold.Attempts += hold.Backend is null ? 0 : 1;
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
        hold.FailedId = failed.Id;
        return hold.Attempts - hold.AttemptsBefore < hold.Pool.ConnectAttempts && TryPickAnother(ref hold, client, isDatagram);
    }

    /// <summary>Begins another round after <see cref="TryPickNext"/> had nobody left: every backend may be tried again. False when nobody takes it.</summary>
    public static bool TryPickAgain(ref PoolHold hold, AddressKey client, bool isDatagram)
    {
        hold.Tried = default;
        hold.AttemptsBefore = hold.Attempts;
        return TryPickAnother(ref hold, client, isDatagram);
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
            if (AcquirePinned(_backends.Find(pinnedId), ref hold) is Backend pinned)
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
        if (winnerId == candidate.Id || AcquirePinned(_backends.Find(winnerId), ref hold) is not Backend winner)
        {
            return candidate;
        }

        candidate.Release();
        return winner;
    }

    /// <summary>Picks for a client that holds no backend any more; its affinity entry follows.</summary>
    private static bool TryPickAnother(ref PoolHold hold, AddressKey client, bool isDatagram)
    {
        if (Schedule(ref hold, client, isDatagram) is not Backend next)
        {
            return false;
        }

        hold.Attempts++;
        hold.Backend = next;
        hold.Affinity?.Replace(client, hold.FailedId, next.Id);
        return true;
    }

    private static Backend? AcquirePinned(Backend? pinned, ref PoolHold hold) =>
        pinned is not null && pinned.KeepsTraffic && !hold.Tried.Contains(pinned.Slot) && pinned.TryAcquire() ? pinned : null;

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
