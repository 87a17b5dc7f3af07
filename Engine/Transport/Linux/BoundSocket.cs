// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Connections;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux;

/// <summary>What is the same for the bound sockets of both protocols: which address it became, and why it did not.</summary>
internal static class BoundSocket
{
    /// <summary>An address of a listener with the port that its socket has.</summary>
    /// <exception cref="ListenerBindException">The kernel does not tell.</exception>
    public static IPEndPoint ReadEndPoint(int fd, Listener listener, IPEndPoint bind)
    {
        Span<byte> address = stackalloc byte[SocketAddressBytes.MaxLength];
        IoResult result = SocketCalls.GetName(fd, address);
        return result.Failed
            ? throw Failure(listener, bind, result)
            : new IPEndPoint(bind.Address, SocketAddressBytes.Parse(address).Port);
    }

    /// <summary>True for a socket of IPv6, which may take IPv4 as well.</summary>
    public static bool IsIPv6(int fd)
    {
        Span<byte> address = stackalloc byte[SocketAddressBytes.MaxLength];
        return !SocketCalls.GetName(fd, address).Failed && SocketAddressBytes.ParseEndPoint(address).AddressFamily == AddressFamily.InterNetworkV6;
    }

    /// <summary>True for a socket of IPv6 to which clients of IPv4 come too: service managers open such ones.</summary>
    public static bool TakesBothFamilies(int fd) =>
        IsIPv6(fd) && SocketCalls.GetOption(fd, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_V6ONLY) is { Failed: false, Value: 0 };

    /// <summary>Lets sockets of this user share the port, also with one that is bound already.</summary>
    public static void SharePort(int fd) => SocketCalls.SetOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_REUSEPORT, 1);

    /// <summary>
    /// From now on newcomers meet another listening socket of the address, or of every address, or none; handshakes under way and clients that wait stay
    /// with this one. The kernel looks for a socket among those of the device by which a client comes, and this one is of none.
    /// </summary>
    /// <remarks>Linux 5.7; before it only with CAP_NET_RAW, and without it newcomers go on coming here.</remarks>
    public static IoResult Hide(int fd) =>
        SocketCalls.SetOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_BINDTOIFINDEX, ListenerOverlap.NoDevice);

    /// <summary>Lets a listener that may be without its address be bound all the same.</summary>
    public static void AllowMissingAddress(int fd, Listener listener, bool isIPv6)
    {
        if (listener.MayMissAddress)
        {
            SocketCalls.SetOption(
                fd,
                isIPv6 ? SocketOption.IPPROTO_IPV6 : SocketOption.IPPROTO_IP,
                isIPv6 ? SocketOption.IPV6_FREEBIND : SocketOption.IP_FREEBIND,
                1);
        }
    }

    public static ListenerBindException Failure(Listener listener, IPEndPoint bind, IoResult result)
    {
        string reason = result.Error switch
        {
            Errno.EADDRINUSE => ListenerBindException.InUse,
            Errno.EACCES => "no permission; ports below 1024 need the capability CAP_NET_BIND_SERVICE",
            Errno.EADDRNOTAVAIL => ListenerBindException.NoSuchAddress,
            Errno.EAFNOSUPPORT => ListenerBindException.NoFamily,
            int other => Errno.Describe(other),
        };
        return new ListenerBindException(listener.Name, bind, reason);
    }
}
