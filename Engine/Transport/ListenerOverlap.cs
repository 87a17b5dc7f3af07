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
    /// <summary>How long a TCP listener that gives way to another goes on to serve those whose handshake was under way: most round trips end by then.</summary>
    /// <remarks>Of the kernel's time, not of the engine's.</remarks>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    /// <summary>The index of a device that no system has: a listening socket bound to it is found by no newcomer.</summary>
    internal const int NoDevice = int.MaxValue;

    /// <summary>How long those that leave go on to accept: no time where nobody takes over a TCP listener.</summary>
    public static TimeSpan GraceOf(IReadOnlyCollection<Listener> leaving, IEnumerable<Listener> staying) =>
        staying.Any(other => leaving.Any(listener => !listener.IsDatagram && Exists(listener, other))) ? Grace : TimeSpan.Zero;

    /// <summary>True when a listener would take the port of an open one at more addresses, or at fewer.</summary>
    public static bool Exists(Listener open, Listener other) =>
        open.IsDatagram == other.IsDatagram && Exists(open.EndPoints, other.EndPoints);

    /// <summary>The same of addresses: one each, or 0.0.0.0 and [::] of one that is everywhere.</summary>
    public static bool Exists(IReadOnlyList<IPEndPoint> open, IReadOnlyList<IPEndPoint> other) =>
        open.Any(one => other.Any(two => IsSamePort(one, two)
            && (ListenerBindings.IsAny(one.Address) != ListenerBindings.IsAny(two.Address) || (open.Count != other.Count && one.Equals(two)))));

    /// <summary>True when a datagram for a listener that goes may meet another one: flows must not wait for what comes there.</summary>
    /// <remarks>The other has all that this one has; or it has the very same address, and the kernel gives each client to one of two sockets.</remarks>
    public static bool MustGiveWay(Listener listener, Listener other) =>
        Exists(listener, other)
        && (listener.EndPoints.All(one => other.EndPoints.Any(two => IsSamePort(one, two) && ListenerBindings.IsAny(two.Address)))
            || listener.EndPoints.Any(other.EndPoints.Contains));

    private static bool IsSamePort(IPEndPoint one, IPEndPoint other) =>
        one.Port == other.Port && one.Port != 0 && one.AddressFamily == other.AddressFamily;
}
