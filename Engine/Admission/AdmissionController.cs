// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Admission;

/// <summary>Decides where an arriving client goes: access list and rate, limits, then affinity, then the pool's scheduler. Pure policy; any thread.</summary>
/// <remarks>What was taken is noted in the client, so that <see cref="Release"/> gives back just that.</remarks>
internal sealed class AdmissionController
{
    private readonly ConnectionTable _table;
    private readonly ConnectionLimiter _clientLimiter;
    private readonly BackendPicker _picker;
    private readonly HandedFlows _handed;
    private readonly RateTable _rates;

    /// <summary>Decides for one engine.</summary>
    /// <param name="table">Where rows are taken.</param>
    /// <param name="clientLimiter">The limit of one client.</param>
    /// <param name="picker">Affinity and schedulers.</param>
    /// <param name="handed">What a predecessor knew of its clients; null for nothing.</param>
    public AdmissionController(ConnectionTable table, ConnectionLimiter clientLimiter, BackendPicker picker, HandedFlows? handed = null)
    {
        _rates = new RateTable(table.Capacity);
        _handed = handed ?? new HandedFlows();
        _table = table;
        _clientLimiter = clientLimiter;
        _picker = picker;
    }

    /// <summary>
    /// Whether a client may come in at all: the listener's access list, then its rate. Takes nothing that has to be given back. Once for each client, as
    /// soon as it is known who it is.
    /// </summary>
    public RejectReason Screen(Listener listener, in EndPointKey client, long nowMilliseconds)
    {
        if (listener.Access is AccessList access && !access.MayEnter(client.Address))
        {
            return RejectReason.Denied;
        }

        // After a take-over the flows of all clients begin anew at once, and none of them is new.
        return listener.Rate is RateRules rate
            && !(listener.IsDatagram && _handed.Knows(client, listener.Id))
            && !IsWithin(rate, listener, client.Address, nowMilliseconds)
                ? RejectReason.RateLimit
                : RejectReason.None;
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

    /// <summary>
    /// Chooses a backend of a pool for a client that counts at its listener already: its own limit, then affinity, then the scheduler. Backends that
    /// have failed it before are left out.
    /// </summary>
    public Placement Place(PlacedClient client, BackendPool pool, long nowMilliseconds)
    {
        client.Pool = pool;
        if (!TryCountClient(client))
        {
            return Placement.Rejected(RejectReason.ClientLimit);
        }

        var flow = client as Flow;
        bool isKnown = flow is not null && BackendPicker.TryPickKnown(ref client.Hold, _handed.Take(flow, pool, nowMilliseconds));
        if (!isKnown && !_picker.TryPick(ref client.Hold, client.Client.Address, flow is not null, nowMilliseconds))
        {
            return Placement.Rejected(RejectReason.NoBackend);
        }

        Backend backend = client.Backend!;
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

    /// <summary>Moves the client to the next distinct backend after a failed connect, or after a refusal of its datagram.</summary>
    public Placement Retry(PlacedClient client) =>
        AfterPick(client, BackendPicker.TryPickNext(ref client.Hold, client.Client.Address, isDatagram: client is Flow));

    /// <summary>Gives a client that has no backend left another round of all of them.</summary>
    public Placement PlaceAgain(PlacedClient client) =>
        AfterPick(client, BackendPicker.TryPickAgain(ref client.Hold, client.Client.Address, isDatagram: client is Flow));

    /// <summary>Gives back whatever the client holds; what it does not hold is left alone.</summary>
    public void Release(PlacedClient client, long nowMilliseconds)
    {
        Listener listener = client.Listener;
        if (client.HoldsEntry)
        {
            client.HoldsEntry = false;
            CountBytes(client);
            _table.TryRemove(client.Handle);
        }

        BackendPicker.GiveBack(ref client.Hold, client.Client.Address, nowMilliseconds);
        if (client.HoldsClientCount)
        {
            client.HoldsClientCount = false;
            _clientLimiter.Release(listener.Id, client.CountedAs);
        }

        if (client.HoldsListenerCount)
        {
            client.HoldsListenerCount = false;
            listener.Release();
        }
    }

    /// <summary>In this order, since somebody may sum up at this moment: what the row has given up already is missed, and nothing is found twice.</summary>
    private void CountBytes(PlacedClient client)
    {
        ref ConnectionEntry entry = ref _table.GetEntry(client.Handle);
        long toBackend = entry.BytesToBackend;
        long toClient = entry.BytesToClient;
        Volatile.Write(ref entry.BytesToBackend, 0);
        Volatile.Write(ref entry.BytesToClient, 0);
        client.Listener.Traffic.CountEnded(toBackend, toClient);
        client.Backend?.Traffic.CountEnded(toBackend, toClient);
    }

    private Placement AfterPick(PlacedClient client, bool isPicked)
    {
        if (!isPicked)
        {
            return Placement.Rejected(RejectReason.NoBackend);
        }

        Backend next = client.Backend!;
        _table.GetEntry(client.Handle).BackendId = next.Id;
        return Placement.To(next);
    }

    /// <summary>The client's own rate first: who is over it takes nothing away from all.</summary>
    private bool IsWithin(RateRules rate, Listener listener, AddressKey client, long nowMilliseconds) =>
        (rate.PerClient.IsOff || _rates.TryTake(listener.Id, client.Mask(rate.PrefixV4, rate.PrefixV6), rate.PerClient, nowMilliseconds))
        && (rate.Total.IsOff || listener.TryCountForRate(rate.Total, nowMilliseconds));

    private bool TryCountClient(PlacedClient client)
    {
        Listener listener = client.Listener;
        if (listener.MaxConnectionsPerClient > 0)
        {
            client.CountedAs = client.Client.Address.Mask(listener.ClientPrefixV4, listener.ClientPrefixV6);
            client.HoldsClientCount = _clientLimiter.TryAcquire(listener.Id, client.CountedAs, listener.MaxConnectionsPerClient);
            return client.HoldsClientCount;
        }

        return true;
    }

    private bool TryAddEntry(Flow flow, Backend backend, in Arrival arrival, out ConnectionHandle handle)
    {
        var key = new FlowKey(arrival.Client, arrival.Listener.Id, flow.LocalAddressId) { Peer = arrival.Peer };
        if (arrival.Listener.Flows is { Requests: 1 } or { IsOneWay: true })
        {
            return _table.TryAdd(key, backend.Id, arrival.Owner, arrival.NowMilliseconds, out handle, EntryKind.DetachedFlow);
        }

        // Not added means that another owner has placed this very client meanwhile, which a transport must not let happen.
        return _table.TryAddIndexed(key, backend.Id, arrival.Owner, arrival.NowMilliseconds, out handle, out bool added) && added;
    }
}
