// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Admission;

/// <summary>Counts live connections per listener and client address, in memory that is allocated once. Lock-free; any thread.</summary>
internal sealed class ConnectionLimiter
{
    /// <summary>Room for <paramref name="capacity"/> live connections, each of which might come from an address of its own.</summary>
    public ConnectionLimiter(int capacity) => throw new NotImplementedException($"{capacity}");

    /// <summary>Counts one connection more unless the client has <paramref name="limit"/> already. Match every true with one <see cref="Release"/>.</summary>
    public bool TryAcquire(int listenerId, AddressKey client, int limit) => throw new NotImplementedException();

    public void Release(int listenerId, AddressKey client) => throw new NotImplementedException();
}
