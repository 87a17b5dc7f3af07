// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Connections;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux;

/// <summary>Listening sockets that another process has opened: the service manager, or the predecessor of this one. One caller at a time.</summary>
internal sealed class InheritedSockets
{
    private readonly List<(int Descriptor, IPEndPoint EndPoint, bool IsDatagram)> _sockets = [];

    /// <summary>Takes the descriptors over. What is no listening socket is closed at once.</summary>
    public InheritedSockets(IEnumerable<int> descriptors)
    {
        Span<byte> address = stackalloc byte[SocketAddressBytes.MaxLength];
        foreach (int descriptor in descriptors)
        {
            bool isDatagram = SocketCalls.IsUdpReceiver(descriptor);
            if ((isDatagram || SocketCalls.IsTcpListener(descriptor))
                && !SocketCalls.GetName(descriptor, address).Failed
                && SocketAddressBytes.IsInternet(address))
            {
                SocketCalls.Adopt(descriptor);
                _sockets.Add((descriptor, SocketAddressBytes.ParseEndPoint(address), isDatagram));
            }
            else
            {
                SocketCalls.Close(descriptor);
            }
        }
    }

    /// <summary>Takes the sockets that are bound where the listener wants to be; empty when there are none. The caller owns them.</summary>
    public int[] Take(Listener listener)
    {
        int[] taken = [.. _sockets.Where(socket => IsMeant(socket.EndPoint, socket.IsDatagram, listener)).Select(socket => socket.Descriptor)];
        _sockets.RemoveAll(socket => taken.Contains(socket.Descriptor));
        return taken;
    }

    /// <summary>Closes what nobody has taken; returns where that was bound.</summary>
    public IReadOnlyList<IPEndPoint> CloseRest()
    {
        IPEndPoint[] left = [.. _sockets.Select(socket => socket.EndPoint).Distinct()];
        _sockets.ForEach(socket => SocketCalls.Close(socket.Descriptor));
        _sockets.Clear();
        return left;
    }

    private static bool IsMeant(IPEndPoint bound, bool isDatagram, Listener listener) =>
        isDatagram == listener.IsDatagram
        && listener.EndPoints.Any(wanted => wanted.Port == bound.Port && IsSame(bound.Address, wanted.Address));

    /// <summary>Whether a socket is bound to the address that is wanted: a scope counts where it is a part of the address.</summary>
    internal static bool IsSame(IPAddress bound, IPAddress wanted) => Normalize(bound).Equals(Normalize(wanted));

    private static IPAddress Normalize(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4(),
        { AddressFamily: AddressFamily.InterNetworkV6, IsIPv6LinkLocal: false, ScopeId: not 0 } => new IPAddress(address.GetAddressBytes()),
        _ => address,
    };
}
