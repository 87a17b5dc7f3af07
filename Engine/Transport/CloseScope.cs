// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;

namespace LbEngine.Transport;

/// <summary>Which live connections and flows are meant: those of one backend, of one listener, or all.</summary>
internal readonly record struct CloseScope(Backend? Backend = null, Listener? Listener = null)
{
    public bool Covers(PlacedClient client) =>
        (Backend is null || client.Backend == Backend) && (Listener is null || client.Listener == Listener);
}
