// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace LbEngine.Transport.Sockets;

/// <summary>Options of Linux for which System.Net.Sockets has no name (asm-generic/socket.h, linux/in.h, linux/in6.h). On Linux only.</summary>
internal static class LinuxOptions
{
    private const int SocketLevel = 1;
    private const int ReuseAddress = 2;
    private const int ReusePort = 15;
    private const int BindToIfIndex = 62;
    private const int IPv4Level = 0;
    private const int IPv4FreeBind = 15;
    private const int IPv4Transparent = 19;
    private const int IPv4BindAddressNoPort = 24;
    private const int TcpLevel = 6;
    private const int TcpRepair = 19;
    private const int IPv6Level = 41;
    private const int IPv6FreeBind = 78;
    private const int IPv6Transparent = 75;

    /// <summary>Lets sockets of this user share the port, also with one that is bound already. ReuseAddress would change SO_REUSEADDR, too.</summary>
    public static void SharePort(Socket socket) => Set(socket, SocketLevel, ReusePort);

    /// <summary>Lets the socket be bound to an address that is not here yet.</summary>
    public static void AllowMissingAddress(Socket socket)
    {
        bool isIPv6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        Set(socket, isIPv6 ? IPv6Level : IPv4Level, isIPv6 ? IPv6FreeBind : IPv4FreeBind);
    }

    /// <summary>
    /// Lets the socket be bound to an address that is not this host's, which takes CAP_NET_ADMIN. Over TCP also to a port that others of its kind have,
    /// towards other backends: over UDP nobody would see to it that they are others.
    /// </summary>
    public static void AllowForeignAddress(Socket socket)
    {
        bool isIPv6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        if (socket.SocketType == SocketType.Stream)
        {
            Set(socket, SocketLevel, ReuseAddress);
        }

        Set(socket, isIPv6 ? IPv6Level : IPv4Level, isIPv6 ? IPv6Transparent : IPv4Transparent);
    }

    /// <summary>A TCP socket that is bound to an address gets its port with the connect, when the other end is known: it may serve many at once.</summary>
    public static void ChoosePortLater(Socket socket) => Set(socket, IPv4Level, IPv4BindAddressNoPort);

    /// <summary>Makes the next close send nothing at all, for a process with CAP_NET_ADMIN. False when it is not allowed.</summary>
    public static bool TrySetSilentClose(Socket socket)
    {
        try
        {
            Set(socket, TcpLevel, TcpRepair);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>
    /// From now on newcomers meet another listening socket of the address, or of every address, or none; handshakes under way and clients that wait stay
    /// with this one. Before Linux 5.7 only with CAP_NET_RAW, and without it newcomers go on coming here.
    /// </summary>
    public static void Hide(Socket listening)
    {
        try
        {
            Set(listening, SocketLevel, BindToIfIndex, ListenerOverlap.NoDevice);
        }
        catch (SocketException)
        {
            // Where it is not allowed, one who comes in the last moment may be reset.
        }
    }

    private static void Set(Socket socket, int level, int name, int value = 1)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(bytes, value);
        socket.SetRawSocketOption(level, name, bytes);
    }
}
