// SPDX-License-Identifier: MIT
using System.Diagnostics;
using LbEngine.Tables;

namespace LbEngine.Connections;

/// <summary>Every live connection and flow of the engine, in memory that is allocated once. Lock-free; any thread.</summary>
/// <remarks>
/// A row is free, or being written by the one thread that took its slot, or live. The generation says which (even, even, odd)
/// and is the version of a seqlock (H.-J. Boehm, "Can Seqlocks Get Along With Programming Language Memory Models?", MSPC 2012):
/// a copy counts only if the generation was odd before and the same afterwards. Memory of rows that were never used is never touched.
/// </remarks>
internal sealed class ConnectionTable
{
    // Stands in a row's phase for the moment in which its client changes: a reader that meets it looks again.
    private const ConnectionPhase Changing = (ConnectionPhase)byte.MaxValue;
    private const int MostLooks = 1000;

    private readonly ConnectionEntry[] _rows;
    private readonly SlotPool _pool;
    private readonly SlotIndex _index;

    // Beside the rows, since most engines never need them; by slot, from the first client on that is somebody else than who has connected.
    private EndPointKey[]? _peers;

    /// <summary>Allocates all rows.</summary>
    public ConnectionTable(int capacity)
    {
        _pool = new SlotPool(capacity);
        _index = new SlotIndex(_pool);
        _rows = new ConnectionEntry[capacity];
    }

    /// <summary>The most connections and flows that can live at once.</summary>
    public int Capacity => _rows.Length;

    /// <summary>How many live now. Any thread; exact when nobody adds or removes.</summary>
    public int Count => _pool.Count;

    /// <summary>Takes a row that is never looked up by key: for a TCP connection, or a detached flow. False when the table is full. Any thread.</summary>
    public bool TryAdd(
        in FlowKey key,
        int backendId,
        ushort owner,
        long nowMilliseconds,
        out ConnectionHandle handle,
        EntryKind kind = EntryKind.Connection,
        ConnectionPhase phase = ConnectionPhase.Connecting)
    {
        if (!_pool.TryTake(owner, out int slot))
        {
            handle = default;
            return false;
        }

        handle = Publish(slot, key, backendId, owner, nowMilliseconds, kind, phase);
        return true;
    }

    /// <summary>
    /// Takes a row for a flow that <see cref="TryFind"/> will find. False when the table is full; when the key is present already,
    /// true with the handle that is there and <paramref name="added"/> false. Any thread.
    /// </summary>
    /// <remarks>Of threads that add one key at once exactly one adds; an enumeration may see the row of another for an instant.</remarks>
    public bool TryAddIndexed(in FlowKey key, int backendId, ushort owner, long nowMilliseconds, out ConnectionHandle handle, out bool added)
    {
        added = false;
        if (!_pool.TryTake(owner, out int slot))
        {
            return TryFind(key, out handle);
        }

        handle = Publish(slot, key, backendId, owner, nowMilliseconds, EntryKind.Flow, ConnectionPhase.Connecting);
        SlotIndex.Outcome outcome = _index.Insert(SlotKey.Of(key), slot, handle.Generation, out int found, out ulong state);
        if (outcome == SlotIndex.Outcome.Inserted)
        {
            added = true;
            return true;
        }

        Volatile.Write(ref _rows[slot].Generation, handle.Generation + 1);
        _pool.Give(slot);
        if (outcome != SlotIndex.Outcome.Found)
        {
            handle = default;
            return false;
        }

        handle = new ConnectionHandle(found, SlotIndex.ValueOf(state));
        return true;
    }

    /// <summary>Finds a row that was added with an index. Any thread.</summary>
    public bool TryFind(in FlowKey key, out ConnectionHandle handle)
    {
        // The index keeps the generation as the slot's value, so that the row itself need not be read here.
        bool found = _index.Find(SlotKey.Of(key), out int slot, out ulong state) == SlotIndex.Outcome.Found;
        handle = found ? new ConnectionHandle(slot, SlotIndex.ValueOf(state)) : default;
        return found;
    }

    /// <summary>Gives the row back. False when the handle is stale, so that a second removal is harmless. Any thread; normally the owner.</summary>
    public bool TryRemove(ConnectionHandle handle)
    {
        int slot = handle.Slot;
        ref ConnectionEntry row = ref _rows[slot];
        if ((handle.Generation & 1) == 0
            || Interlocked.CompareExchange(ref row.Generation, handle.Generation + 1, handle.Generation) != handle.Generation)
        {
            return false;
        }

        // Nobody else can take the slot before it is given back, so the row may still be read.
        if (row.Kind == EntryKind.Flow)
        {
            _index.Kill(slot);
            _index.Remove(SlotKey.Of(KeyOf(slot)), slot);
        }
        else
        {
            _pool.Give(slot);
        }

        return true;
    }

    /// <summary>
    /// Gives a flow that <see cref="TryFind"/> finds a new row that it does not find; the old one is gone then. False when the
    /// table is full, and nothing has changed. Owner only.
    /// </summary>
    public bool TryDetach(ref ConnectionHandle handle)
    {
        ConnectionEntry old = GetEntry(handle);
        if (!TryAdd(KeyOf(handle.Slot), old.BackendId, old.Owner, old.CreatedMilliseconds, out ConnectionHandle detached, EntryKind.DetachedFlow))
        {
            return false;
        }

        ref ConnectionEntry row = ref GetEntry(detached);
        row.Phase = old.Phase;
        row.LastActiveMilliseconds = old.LastActiveMilliseconds;
        TryRemove(handle);

        // Not before, or whoever sums up would find them in both.
        row.BytesToBackend = old.BytesToBackend;
        row.BytesToClient = old.BytesToClient;
        handle = detached;
        return true;
    }

    /// <summary>The row itself, for its owner, which alone writes the moving fields. The handle must be live.</summary>
    public ref ConnectionEntry GetEntry(ConnectionHandle handle)
    {
        ref ConnectionEntry row = ref _rows[handle.Slot];
        Debug.Assert(row.Generation == handle.Generation, "The handle is stale.");
        return ref row;
    }

    /// <summary>Gives a row that is inspected the address that its client really has, and ends that phase. Owner only; once in a row's life.</summary>
    /// <param name="handle">The row's.</param>
    /// <param name="client">Who the client is.</param>
    /// <param name="peer">Who has connected: the same, or who brings the client.</param>
    /// <remarks>
    /// The handle stays good. The phase is the version here: it goes from inspecting over a value that no reader takes to connecting
    /// and never comes back, so that nobody takes a row whose client was half written.
    /// </remarks>
    public void EndInspection(ConnectionHandle handle, in EndPointKey client, in EndPointKey peer)
    {
        ref ConnectionEntry row = ref GetEntry(handle);
        row.Phase = Changing;
        Interlocked.MemoryBarrier();
        row.Client = client;
        if (client != peer)
        {
            Peers()[handle.Slot] = peer;
        }

        Interlocked.MemoryBarrier();
        row.Phase = ConnectionPhase.Connecting;
    }

    /// <summary>True when the handle, from wherever it came, names a row that is live now. Any thread.</summary>
    public bool Holds(ConnectionHandle handle) =>
        (uint)handle.Slot < (uint)_rows.Length && (handle.Generation & 1) == 1 && Volatile.Read(ref _rows[handle.Slot].Generation) == handle.Generation;

    /// <summary>Copies the row of a live handle. False when it is gone. Any thread.</summary>
    public bool TryRead(ConnectionHandle handle, out ConnectionSnapshot snapshot) =>
        TryCopy(handle.Slot, out snapshot) && snapshot.Handle.Generation == handle.Generation;

    /// <summary>
    /// Copies the next live row at or after <paramref name="cursor"/> and moves the cursor behind it; false at the end.
    /// Any thread, while the table changes: a row that lives throughout an enumeration is seen once, any other at most once per life.
    /// </summary>
    public bool TryReadNext(ref int cursor, out ConnectionSnapshot snapshot)
    {
        while ((cursor = _pool.SkipUnused(cursor)) >= 0)
        {
            if (TryCopy(cursor++, out snapshot))
            {
                return true;
            }
        }

        cursor = _rows.Length;
        snapshot = default;
        return false;
    }

    /// <summary>The key of a row that nobody else can take meanwhile.</summary>
    private FlowKey KeyOf(int slot)
    {
        ref ConnectionEntry row = ref _rows[slot];
        return new FlowKey(row.Client, row.ListenerId, row.LocalAddressId) { Peer = Volatile.Read(ref _peers) is EndPointKey[] peers ? peers[slot] : default };
    }

    private EndPointKey[] Peers() =>
        Volatile.Read(ref _peers) ?? Interlocked.CompareExchange(ref _peers, new EndPointKey[_rows.Length], null) ?? _peers!;

    /// <summary>Writes the identity while the generation is even, then makes it odd: from there on others may read the row.</summary>
    private ConnectionHandle Publish(int slot, in FlowKey key, int backendId, ushort owner, long now, EntryKind kind, ConnectionPhase phase)
    {
        ref ConnectionEntry row = ref _rows[slot];
        row.ListenerId = key.ListenerId;
        row.LocalAddressId = key.LocalAddressId;
        row.BackendId = backendId;
        row.Owner = owner;
        row.Phase = phase;
        row.Kind = kind;
        row.Client = key.Client;
        row.CreatedMilliseconds = now;
        row.LastActiveMilliseconds = now;
        row.BytesToBackend = 0;
        row.BytesToClient = 0;
        if (key.Peer != default)
        {
            Peers()[slot] = key.Peer;
        }
        else if (Volatile.Read(ref _peers) is EndPointKey[] peers)
        {
            peers[slot] = default;
        }

        uint generation = row.Generation + 1;
        Volatile.Write(ref row.Generation, generation);
        return new ConnectionHandle(slot, generation);
    }

    private bool TryCopy(int slot, out ConnectionSnapshot snapshot)
    {
        ref ConnectionEntry row = ref _rows[slot];
        uint generation = Volatile.Read(ref row.Generation);
        if ((generation & 1) == 0)
        {
            snapshot = default;
            return false;
        }

        for (int look = 0; look < MostLooks; look++)
        {
            ConnectionPhase phase = row.Phase;
            Volatile.ReadBarrier();
            snapshot = new ConnectionSnapshot(
                new ConnectionHandle(slot, generation),
                new FlowKey(row.Client, row.ListenerId, row.LocalAddressId),
                row.BackendId,
                row.Owner,
                phase,
                row.Kind,
                row.CreatedMilliseconds,
                row.LastActiveMilliseconds,
                row.BytesToBackend,
                row.BytesToClient)
            {
                Peer = Volatile.Read(ref _peers) is EndPointKey[] peers ? peers[slot] : default,
            };

            // Every read above must come before the second look at the generation and at the phase.
            Volatile.ReadBarrier();
            if (Volatile.Read(ref row.Generation) != generation)
            {
                return false;
            }

            if (phase != Changing && (phase != ConnectionPhase.Inspecting || row.Phase == ConnectionPhase.Inspecting))
            {
                return true;
            }

            Thread.SpinWait(1 + (look & 15));
        }

        snapshot = default;
        return false;
    }
}
