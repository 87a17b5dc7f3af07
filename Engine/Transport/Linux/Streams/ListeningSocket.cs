// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Connections;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>Opens listening sockets; options set here are inherited by every accepted client and cost it no system call.</summary>
internal static class ListeningSocket
{
    // The kernel cuts this to net.core.somaxconn.
    private const int Backlog = 65_535;

    /// <summary>Opens <paramref name="count"/> sockets on one address, among which the kernel spreads clients.</summary>
    /// <param name="listener">Whose.</param>
    /// <param name="bind">Where: its address, or one of two.</param>
    /// <param name="count">How many.</param>
    /// <param name="beside">Open sockets of this process whose address overlaps.</param>
    /// <exception cref="ListenerBindException">The address cannot be bound; nothing stays open.</exception>
    public static int[] OpenGroup(Listener listener, IPEndPoint bind, int count, params int[] beside)
    {
        // Each of ours that is open at an overlapping address must allow it, and then there is no first one to be alone.
        Array.ForEach(beside, BoundSocket.SharePort);
        bool sharesPort = count > 1 || beside.Length > 0;
        var descriptors = new List<int>(count);
        IPEndPoint endPoint = bind;
        try
        {
            for (int i = 0; i < count; i++)
            {
                descriptors.Add(Open(listener, endPoint, isFirst: i == 0 && beside.Length == 0, sharesPort));
                endPoint = BoundSocket.ReadEndPoint(descriptors[0], listener, bind);
            }
        }
        catch
        {
            descriptors.ForEach(SocketCalls.Close);
            throw;
        }

        return [.. descriptors];
    }

    /// <summary>
    /// Makes sockets that another process has opened be like ours: one for each of <paramref name="count"/> reactors at least. All
    /// of them are closed when one cannot be.
    /// </summary>
    /// <remarks>Copies of one socket share its backlog, so that nobody waits in a backlog that no reactor looks at.</remarks>
    public static int[] Adopt(Listener listener, IPEndPoint bind, int[] inherited, int count)
    {
        var descriptors = new List<int>(inherited);
        descriptors.ForEach(fd => SocketCalls.SetOption(fd, SocketOption.IPPROTO_TCP, SocketOption.TCP_NODELAY, 1));
        while (descriptors.Count < count)
        {
            IoResult copy = SocketCalls.Duplicate(inherited[descriptors.Count % inherited.Length]);
            if (copy.Failed)
            {
                descriptors.ForEach(SocketCalls.Close);
                throw BoundSocket.Failure(listener, bind, copy);
            }

            descriptors.Add(copy.Value);
        }

        return [.. descriptors];
    }

    /// <summary>
    /// With SO_REUSEPORT a second process of the same user could have the same port unnoticed: the first socket is bound without it, which tells whether
    /// the address is free, and shares its port only then. It stays open: clients who come in between wait in it.
    /// </summary>
    private static int Open(Listener listener, IPEndPoint endPoint, bool isFirst, bool sharesPort)
    {
        bool isIPv6 = endPoint.AddressFamily == AddressFamily.InterNetworkV6;
        IoResult opened = SocketCalls.Open(isIPv6 ? SocketCalls.AF_INET6 : SocketCalls.AF_INET);
        if (opened.Failed)
        {
            throw BoundSocket.Failure(listener, endPoint, opened);
        }

        int fd = opened.Value;
        SetOptions(fd, isIPv6);
        BoundSocket.AllowMissingAddress(fd, listener, isIPv6);
        if (sharesPort && !isFirst)
        {
            BoundSocket.SharePort(fd);
        }

        IoResult result = SocketCalls.Bind(fd, SocketAddressBytes.From(endPoint));
        if (!result.Failed)
        {
            if (sharesPort && isFirst)
            {
                BoundSocket.SharePort(fd);
            }

            result = SocketCalls.Listen(fd, Backlog);
        }

        if (result.Failed)
        {
            SocketCalls.Close(fd);
            throw BoundSocket.Failure(listener, endPoint, result);
        }

        return fd;
    }

    private static void SetOptions(int fd, bool isIPv6)
    {
        SocketCalls.SetOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_REUSEADDR, 1);
        if (isIPv6)
        {
            // [::] takes IPv6 only, so that 0.0.0.0 can have the same port and no client shows up as ::ffff:a.b.c.d.
            SocketCalls.SetOption(fd, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_V6ONLY, 1);
        }

        SocketCalls.SetOption(fd, SocketOption.IPPROTO_TCP, SocketOption.TCP_NODELAY, 1);
    }

    /// <summary>Sets what a connection of some age needs; a short one is spared the system calls and the kernel's timer.</summary>
    public static void SetKeepAlive(int fd, KeepAlive keepAlive)
    {
        if (keepAlive.IsOn)
        {
            SocketCalls.SetOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_KEEPALIVE, 1);
            SocketCalls.SetOption(fd, SocketOption.IPPROTO_TCP, SocketOption.TCP_KEEPIDLE, keepAlive.IdleSeconds);
            SocketCalls.SetOption(fd, SocketOption.IPPROTO_TCP, SocketOption.TCP_KEEPINTVL, keepAlive.IntervalSeconds);
            SocketCalls.SetOption(fd, SocketOption.IPPROTO_TCP, SocketOption.TCP_KEEPCNT, keepAlive.ProbeCount);
        }
    }
}
