// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Net;
using LbEngine.Connections;

namespace LbEngine.Transport;

/// <summary>
/// Opens a listener at each of its addresses: at one, or, when it is everywhere, at 0.0.0.0 and at [::] with sockets of their own. Pure but for what it
/// calls.
/// </summary>
/// <remarks>
/// Two sockets, since a single one for both families shows clients of IPv4 in IPv6 form (::ffff:a.b.c.d) to everybody, cannot be opened on a host
/// without IPv6, and is not to be had on every system. Nothing else of a listener is there twice: limits, counts and flows are of both.
/// </remarks>
internal static class ListenerSockets
{
    // A port that is free for one family may be taken for the other; chance finds one that is free for both.
    private const int MostPorts = 16;

    /// <summary>Opens all or none, and notes in the listener where it is bound.</summary>
    /// <param name="listener">Where.</param>
    /// <param name="open">Opens it at one address.</param>
    /// <param name="readPort">The port that it has there.</param>
    /// <param name="close">Takes it back.</param>
    /// <exception cref="ListenerBindException">It cannot be bound, or at one of its addresses only. That this host has no IPv6 is no reason.</exception>
    public static IReadOnlyList<T> Open<T>(Listener listener, Func<IPEndPoint, T> open, Func<T, int> readPort, Action<T> close)
        where T : class
    {
        if (!listener.IsEverywhere)
        {
            T only = open(listener.Bind);
            listener.BoundEndPoint = new IPEndPoint(listener.Bind.Address, readPort(only));
            return [only];
        }

        for (int ports = 1; ; ports++)
        {
            if (!TryOpen(new IPEndPoint(IPAddress.Any, listener.Bind.Port), open, out T? four))
            {
                T six = open(listener.Bind);
                listener.BoundEndPoint = new IPEndPoint(IPAddress.IPv6Any, readPort(six));
                return [six];
            }

            try
            {
                int port = readPort(four);
                bool hasBoth = TryOpen(new IPEndPoint(IPAddress.IPv6Any, port), open, out T? six);
                listener.BoundEndPoint = new IPEndPoint(hasBoth ? IPAddress.IPv6Any : IPAddress.Any, port);
                return hasBoth ? [four, six!] : [four];
            }
            catch (Exception exception)
            {
                close(four);
                if (listener.Bind.Port != 0 || ports == MostPorts || exception is not ListenerBindException { IsInUse: true })
                {
                    throw;
                }
            }
        }
    }

    private static bool TryOpen<T>(IPEndPoint endPoint, Func<IPEndPoint, T> open, [NotNullWhen(true)] out T? opened)
        where T : class
    {
        try
        {
            opened = open(endPoint);
            return true;
        }
        catch (ListenerBindException exception) when (exception.IsFamilyMissing)
        {
            opened = null;
            return false;
        }
    }
}
