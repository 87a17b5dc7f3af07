// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;

namespace LbEngine.Transport;

/// <summary>Which live connections and flows are meant: those of one backend, of one listener, or all.</summary>
/// <param name="Backend">Null for every backend.</param>
/// <param name="Listener">Null for every listener.</param>
/// <param name="IsWanted">Asked before each close while a spread goes on: from the first false on nothing more is closed. Null for always. Any thread
/// may ask.</param>
internal readonly record struct CloseScope(Backend? Backend = null, Listener? Listener = null, Func<bool>? IsWanted = null)
{
    public bool Covers(PlacedClient client) =>
        (IsWanted is null || IsWanted())
        && (Backend is null || client.Backend == Backend) && (Listener is null || client.Listener == Listener);
}
