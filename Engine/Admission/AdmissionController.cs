// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Scheduling;

namespace LbEngine.Admission;

/// <summary>Decides where an arriving client goes: limits first, then affinity, then the pool's scheduler. Pure policy; any thread.</summary>
/// <remarks>Takes everything that a connection holds, or nothing; what was taken is noted in the connection, so that <see cref="Release"/> gives back just that.</remarks>
internal sealed class AdmissionController
{
    // Picks that may be lost to other threads (a backend filled up, or was removed, between the pick and its count)
    // before the pool counts as full. Bounded, so that no storm can keep a thread here.
    private const int MaxLostPicks = ExclusionSet.Capacity;

    private readonly ConnectionTable _table;
    private readonly ConnectionLimiter? _clientLimiter;
    private readonly PoolAffinity?[] _affinityByPool;
    private readonly BackendDirectory _backends;

    public AdmissionController(
        ConnectionTable table,
        ConnectionLimiter? clientLimiter,
        PoolAffinity?[] affinityByPool,
        BackendDirectory backends)
    {
        _table = table;
        _clientLimiter = clientLimiter;
        _affinityByPool = affinityByPool;
        _backends = backends;
    }

    /// <summary>Places a client that counts at its listener already.</summary>
    public Placement Admit(Connection connection, in Arrival arrival)
    {
        Listener listener = arrival.Listener;
        if (listener.MaxConnectionsPerClient > 0)
        {
            if (!_clientLimiter!.TryAcquire(listener.Id, arrival.Client.Address, listener.MaxConnectionsPerClient))
            {
                return Placement.Rejected(RejectReason.ClientLimit);
            }

            connection.HoldsClientCount = true;
        }

        Backend? backend = PickWithAffinity(connection, arrival.NowMilliseconds);
        if (backend is null)
        {
            return Placement.Rejected(RejectReason.NoBackend);
        }

        connection.Backend = backend;
        var key = new FlowKey(arrival.Client, listener.Id);
        if (!_table.TryAdd(key, backend.Id, arrival.Owner, arrival.NowMilliseconds, out ConnectionHandle handle))
        {
            return Placement.Rejected(RejectReason.ProcessLimit);
        }

        connection.Handle = handle;
        connection.HoldsEntry = true;
        return Placement.To(backend);
    }

    /// <summary>Moves the connection to the next distinct backend after a failed connect.</summary>
    public Placement Retry(Connection connection)
    {
        BackendPool pool = connection.Listener.Pool;
        Backend failed = connection.Backend!;
        failed.Release();
        connection.Backend = null;
        connection.Tried.Add(failed.Slot);
        if (connection.Attempts >= pool.ConnectAttempts)
        {
            return Placement.Rejected(RejectReason.NoBackend);
        }

        Backend? next = Pick(pool, connection.Client.Address, connection.Tried);
        if (next is null)
        {
            return Placement.Rejected(RejectReason.NoBackend);
        }

        connection.Attempts++;
        connection.Backend = next;
        _table.GetEntry(connection.Handle).BackendId = next.Id;
        if (connection.HoldsAffinity)
        {
            PoolAffinity affinity = _affinityByPool[pool.Id]!;
            affinity.Table.Replace(affinity.Mask(connection.Client.Address), failed.Id, next.Id, out _);
        }

        return Placement.To(next);
    }

    /// <summary>Gives back whatever the connection holds; what it does not hold is left alone.</summary>
    public void Release(Connection connection, long nowMilliseconds)
    {
        Listener listener = connection.Listener;
        if (connection.HoldsEntry)
        {
            connection.HoldsEntry = false;
            _table.TryRemove(connection.Handle);
        }

        if (connection.Backend is Backend backend)
        {
            connection.Backend = null;
            backend.Release();
        }

        if (connection.HoldsAffinity)
        {
            connection.HoldsAffinity = false;
            PoolAffinity affinity = _affinityByPool[listener.Pool.Id]!;
            affinity.Table.Release(affinity.Mask(connection.Client.Address), nowMilliseconds);
        }

        if (connection.HoldsClientCount)
        {
            connection.HoldsClientCount = false;
            _clientLimiter!.Release(listener.Id, connection.Client.Address);
        }

        if (connection.HoldsListenerCount)
        {
            connection.HoldsListenerCount = false;
            listener.Release();
        }
    }

    private Backend? PickWithAffinity(Connection connection, long now)
    {
        BackendPool pool = connection.Listener.Pool;
        AddressKey address = connection.Client.Address;
        connection.Attempts = 1;
        PoolAffinity? affinity = _affinityByPool[pool.Id];
        if (affinity is null)
        {
            return Pick(pool, address, default);
        }

        AddressKey client = affinity.Mask(address);
        if (affinity.Table.TryAcquire(client, now, out int pinnedId))
        {
            connection.HoldsAffinity = true;
            if (TryAcquirePinned(pinnedId) is Backend pinned)
            {
                return pinned;
            }

            Backend? replacement = Pick(pool, address, default);
            if (replacement is null)
            {
                return null;
            }

            affinity.Table.Replace(client, pinnedId, replacement.Id, out int winnerId);
            return PreferWinner(replacement, winnerId);
        }

        Backend? candidate = Pick(pool, address, default);
        if (candidate is null || !affinity.Table.TryPin(client, candidate.Id, now, out int reservedId))
        {
            return candidate;
        }

        connection.HoldsAffinity = true;
        return PreferWinner(candidate, reservedId);
    }

    /// <summary>Another thread reserved a backend for the same client first: go there, when it can take one more.</summary>
    private Backend PreferWinner(Backend candidate, int winnerId)
    {
        if (winnerId == candidate.Id || TryAcquirePinned(winnerId) is not Backend winner)
        {
            return candidate;
        }

        candidate.Release();
        return winner;
    }

    private Backend? TryAcquirePinned(int backendId)
    {
        Backend? pinned = _backends.Find(backendId);
        return pinned is not null && pinned.HonoursAffinity && pinned.TryAcquire() ? pinned : null;
    }

    private static Backend? Pick(BackendPool pool, AddressKey client, ExclusionSet excluded)
    {
        BackendSet set = pool.Current;
        for (int lost = 0; lost < MaxLostPicks; lost++)
        {
            int index = set.Scheduler.SelectBackend(new SchedulingContext(client.Hash(), false, excluded));
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
