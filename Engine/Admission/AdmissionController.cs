// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Scheduling;
using LbEngine.Tables;

namespace LbEngine.Admission;

/// <summary>Decides where an arriving client goes: limits first, then affinity, then the pool's scheduler. Pure policy; any thread.</summary>
/// <remarks>Takes everything that a client holds, or nothing; what was taken is noted in the client, so that <see cref="Release"/> gives back just that.</remarks>
internal sealed class AdmissionController
{
    // Picks that may be lost to other threads (a backend filled up, or was removed, between the pick and its count)
    // before the pool counts as full. Bounded, so that no storm can keep a thread here.
    private const int MaxLostPicks = ExclusionSet.Capacity;

    private readonly ConnectionTable _table;
    private readonly ConnectionLimiter _clientLimiter;
    private readonly AffinityDirectory _affinity;
    private readonly BackendDirectory _backends;

    public AdmissionController(
        ConnectionTable table,
        ConnectionLimiter clientLimiter,
        AffinityDirectory affinity,
        BackendDirectory backends)
    {
        _table = table;
        _clientLimiter = clientLimiter;
        _affinity = affinity;
        _backends = backends;
    }

    /// <summary>Gives an accepted connection its row, in which nothing is said of a backend yet. False when the table is full.</summary>
    public bool TryArrive(Connection connection, in Arrival arrival, ConnectionPhase phase)
    {
        var key = new FlowKey(arrival.Client, arrival.Listener.Id);
        if (!_table.TryAdd(key, Backend.NoId, arrival.Owner, arrival.NowMilliseconds, out ConnectionHandle handle, phase: phase))
        {
            return false;
        }

        connection.Handle = handle;
        connection.HoldsEntry = true;
        return true;
    }

    /// <summary>Chooses a backend of a pool for a client that counts at its listener already: its own limit, then affinity, then the scheduler. Backends that have failed it before are left out.</summary>
    public Placement Place(PlacedClient client, BackendPool pool, long nowMilliseconds)
    {
        client.Pool = pool;
        if (!TryCountClient(client))
        {
            return Placement.Rejected(RejectReason.ClientLimit);
        }

        Backend? backend = PickWithAffinity(client, nowMilliseconds);
        if (backend is null)
        {
            return Placement.Rejected(RejectReason.NoBackend);
        }

        client.Backend = backend;
        if (client.HoldsEntry)
        {
            _table.GetEntry(client.Handle).BackendId = backend.Id;
        }

        return Placement.To(backend);
    }

    /// <summary>Places the first datagram of a client, then gives the flow its row: a flood that finds no backend costs no row.</summary>
    public Placement Admit(Flow flow, in Arrival arrival)
    {
        Placement placement = Place(flow, arrival.Listener.Pool, arrival.NowMilliseconds);
        if (!placement.IsPlaced)
        {
            return placement;
        }

        if (!TryAddEntry(flow, placement.Backend, arrival, out ConnectionHandle handle))
        {
            return Placement.Rejected(RejectReason.ProcessLimit);
        }

        flow.Handle = handle;
        flow.HoldsEntry = true;
        return placement;
    }

    /// <summary>Moves the connection to the next distinct backend after a failed connect.</summary>
    public Placement Retry(Connection connection)
    {
        BackendPool pool = connection.Pool;
        Backend failed = connection.Backend!;
        failed.Release();
        connection.Backend = null;
        connection.Tried.Add(failed.Slot);
        if (connection.Attempts >= pool.ConnectAttempts)
        {
            return Placement.Rejected(RejectReason.NoBackend);
        }

        Backend? next = Pick(pool, connection.Client.Address, connection);
        if (next is null)
        {
            return Placement.Rejected(RejectReason.NoBackend);
        }

        connection.Attempts++;
        connection.Backend = next;
        _table.GetEntry(connection.Handle).BackendId = next.Id;
        connection.Affinity?.Replace(connection.Client.Address, failed.Id, next.Id);

        return Placement.To(next);
    }

    /// <summary>Gives back whatever the client holds; what it does not hold is left alone.</summary>
    public void Release(PlacedClient client, long nowMilliseconds)
    {
        Listener listener = client.Listener;
        if (client.HoldsEntry)
        {
            client.HoldsEntry = false;
            _table.TryRemove(client.Handle);
        }

        if (client.Backend is Backend backend)
        {
            client.Backend = null;
            backend.Release();
        }

        if (client.Affinity is IAffinityHold affinity)
        {
            client.Affinity = null;
            affinity.Release(client.Client.Address, nowMilliseconds);
        }

        if (client.HoldsClientCount)
        {
            client.HoldsClientCount = false;
            _clientLimiter.Release(listener.Id, client.Client.Address);
        }

        if (client.HoldsListenerCount)
        {
            client.HoldsListenerCount = false;
            listener.Release();
        }
    }

    private bool TryCountClient(PlacedClient client)
    {
        Listener listener = client.Listener;
        if (listener.MaxConnectionsPerClient > 0)
        {
            client.HoldsClientCount = _clientLimiter.TryAcquire(listener.Id, client.Client.Address, listener.MaxConnectionsPerClient);
            return client.HoldsClientCount;
        }

        return true;
    }

    private bool TryAddEntry(Flow flow, Backend backend, in Arrival arrival, out ConnectionHandle handle)
    {
        var key = new FlowKey(arrival.Client, arrival.Listener.Id, flow.LocalAddressId);
        if (arrival.Listener.Flows.Requests == 1)
        {
            return _table.TryAdd(key, backend.Id, arrival.Owner, arrival.NowMilliseconds, out handle, EntryKind.DetachedFlow);
        }

        // Not added means that another owner has placed this very client meanwhile, which a transport must not let happen.
        return _table.TryAddIndexed(key, backend.Id, arrival.Owner, arrival.NowMilliseconds, out handle, out bool added) && added;
    }

    private Backend? PickWithAffinity(PlacedClient client, long now)
    {
        BackendPool pool = client.Pool;
        AddressKey address = client.Client.Address;
        client.Attempts++;
        PoolAffinity? affinity = _affinity.Find(pool.Id);
        if (affinity is null)
        {
            return Pick(pool, address, client);
        }

        AddressKey masked = affinity.Mask(address);
        if (affinity.Table.TryAcquire(masked, now, out int pinnedId))
        {
            client.Affinity = affinity;
            if (TryAcquirePinned(pinnedId, client) is Backend pinned)
            {
                return pinned;
            }

            Backend? replacement = Pick(pool, address, client);
            if (replacement is null)
            {
                return null;
            }

            affinity.Table.Replace(masked, pinnedId, replacement.Id, out int winnerId);
            return PreferWinner(client, replacement, winnerId);
        }

        Backend? candidate = Pick(pool, address, client);
        if (candidate is null || !affinity.Table.TryPin(masked, candidate.Id, now, out int reservedId))
        {
            return candidate;
        }

        client.Affinity = affinity;
        return PreferWinner(client, candidate, reservedId);
    }

    /// <summary>Another thread reserved a backend for the same client first: go there, when it can take one more.</summary>
    private Backend PreferWinner(PlacedClient client, Backend candidate, int winnerId)
    {
        if (winnerId == candidate.Id || TryAcquirePinned(winnerId, client) is not Backend winner)
        {
            return candidate;
        }

        candidate.Release();
        return winner;
    }

    private Backend? TryAcquirePinned(int backendId, PlacedClient client)
    {
        Backend? pinned = _backends.Find(backendId);
        return pinned is not null && pinned.KeepsTraffic && !client.Tried.Contains(pinned.Slot) && pinned.TryAcquire() ? pinned : null;
    }

    private static Backend? Pick(BackendPool pool, AddressKey address, PlacedClient client)
    {
        ExclusionSet excluded = client.Tried;
        bool isDatagram = client is Flow;
        BackendSet set = pool.Current;
        for (int lost = 0; lost < MaxLostPicks; lost++)
        {
            int index = set.Scheduler.SelectBackend(new SchedulingContext(address.Hash(), isDatagram, excluded));
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
