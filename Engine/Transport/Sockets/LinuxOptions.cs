// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace LbEngine.Transport.Sockets;

/// <summary>Options of Linux for which System.Net.Sockets has no name (asm-generic/socket.h, linux/in.h, linux/in6.h). On Linux only.</summary>
internal static class LinuxOptions
{
    private const int SocketLevel = 1;
    private const int ReusePort = 15;
    private const int IPv4Level = 0;
    private const int IPv4FreeBind = 15;
    private const int IPv6Level = 41;
    private const int IPv6FreeBind = 78;

    /// <summary>Lets sockets of this user share the port, also with one that is bound already. ReuseAddress would change SO_REUSEADDR, too.</summary>
    public static void SharePort(Socket socket) => Set(socket, SocketLevel, ReusePort);

    /// <summary>Lets the socket be bound to an address that is not here yet.</summary>
    public static void AllowMissingAddress(Socket socket)
    {
        bool isIPv6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        Set(socket, isIPv6 ? IPv6Level : IPv4Level, isIPv6 ? IPv6FreeBind : IPv4FreeBind);
    }

    private static void Set(Socket socket, int level, int name)
    {
        Span<byte> one = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(one, 1);
        socket.SetRawSocketOption(level, name, one);
    }
}
