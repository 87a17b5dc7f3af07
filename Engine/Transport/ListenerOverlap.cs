// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration.Schema;
using LbEngine.Connections;

namespace LbEngine.Transport;

/// <summary>Tells which listeners take clients of each other: one has the port at every address, the other at one of them. Pure.</summary>
/// <remarks>
/// One configuration has no two such listeners; a reload from one to the other has both open for a moment, and the kernel gives each client to the
/// one with the address.
/// </remarks>
internal static class ListenerOverlap
{
    /// <summary>True when a listener would take the port of an open one at more addresses, or at fewer.</summary>
    public static bool Exists(Listener open, Listener other) =>
        open.IsDatagram == other.IsDatagram && Exists(EndPointOf(open), EndPointOf(other));

    /// <summary>The same of addresses.</summary>
    public static bool Exists(IPEndPoint open, IPEndPoint other) =>
        open.Port == other.Port && open.Port != 0
        && open.AddressFamily == other.AddressFamily
        && ListenerBindings.IsAny(open.Address) != ListenerBindings.IsAny(other.Address);

    /// <summary>True when the other one has all that a listener has: nobody meets a closed door when that one goes.</summary>
    public static bool IsWithin(Listener listener, Listener other) =>
        Exists(listener, other) && ListenerBindings.IsAny(EndPointOf(other).Address);

    private static IPEndPoint EndPointOf(Listener listener) => listener.BoundEndPoint ?? listener.Bind;
}
