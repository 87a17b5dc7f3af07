// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Admission;

/// <summary>Memorised choices of one pool: client address to backend, with a time-out that runs only while no connection of the client is open. Lock-free; any thread.</summary>
internal sealed class AffinityTable
{
    public AffinityTable(int capacity, long timeoutMilliseconds) => throw new NotImplementedException($"{capacity}{timeoutMilliseconds}");

    /// <summary>Entries that are pinned now; walks the table, for status only.</summary>
    public int Count(long nowMilliseconds) => throw new NotImplementedException($"{nowMilliseconds}");

    /// <summary>Finds a live pin and holds it open. Match every true with one <see cref="Release"/>.</summary>
    public bool TryAcquire(AddressKey client, long nowMilliseconds, out int backendId) => throw new NotImplementedException();

    /// <summary>
    /// Reserves <paramref name="candidateId"/> for a client that has no live pin and holds it open. When another thread was first,
    /// holds that pin open and hands out its backend in <paramref name="pinnedId"/>. False when there is no room (every entry that could make room has open connections): then nothing is held.
    /// </summary>
    public bool TryPin(AddressKey client, int candidateId, long nowMilliseconds, out int pinnedId) => throw new NotImplementedException();

    /// <summary>
    /// The pinned backend cannot be used: replaces it by <paramref name="candidateId"/>, unless another thread was first. The caller must hold the pin open.
    /// <paramref name="pinnedId"/> is what the pin says afterwards.
    /// </summary>
    public void Replace(AddressKey client, int unusableId, int candidateId, out int pinnedId) => throw new NotImplementedException();

    /// <summary>One connection of the client has ended: the time-out starts when it was the last.</summary>
    public void Release(AddressKey client, long nowMilliseconds) => throw new NotImplementedException();
}
