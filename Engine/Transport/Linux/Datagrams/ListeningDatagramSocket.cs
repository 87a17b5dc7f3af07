// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Connections;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>Opens the UDP sockets that clients send to.</summary>
internal static class ListeningDatagramSocket
{
    // A burst that comes while the reactor is busy elsewhere has to wait here: 4 MiB are some 1,800 datagrams of 1,200 bytes.
    private const int QueueBytes = 4 * 1024 * 1024;

    /// <summary>Opens <paramref name="count"/> sockets on one address; the kernel spreads clients among them by a hash of both addresses.</summary>
    /// <remarks>
    /// The hash depends on how many sockets there are, so none receives anything before all are bound: a client that was
    /// met by the first reactor alone would later be sent to another one.
    /// </remarks>
    /// <param name="listener">Whose.</param>
    /// <param name="bind">Where: its address, or one of two.</param>
    /// <param name="count">How many.</param>
    /// <param name="beside">Open sockets of this process whose address overlaps.</param>
    /// <exception cref="ListenerBindException">The address cannot be bound; nothing stays open.</exception>
    public static int[] OpenGroup(Listener listener, IPEndPoint bind, int count, params int[] beside)
    {
        count = IsForGroups(bind) ? 1 : count;

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

        if (sharesPort)
        {
            descriptors.ForEach(SocketFilter.Unblock);
        }

        return [.. descriptors];
    }

    /// <summary>
    /// Makes sockets that another process has opened be like ours. A socket belongs to one reactor, so that each client keeps meeting the same one;
    /// fewer sockets than reactors leave some without.
    /// </summary>
    public static int[] Adopt(Listener listener, int[] inherited)
    {
        Array.ForEach(inherited, fd => SetSharedOptions(fd, listener, BoundSocket.IsIPv6(fd)));
        return inherited;
    }

    /// <summary>Sizes a queue of the kernel: as wanted where this process may, up to <c>net.core.rmem_max</c> elsewhere.</summary>
    public static void SizeQueues(int fd, int bytes)
    {
        if (SocketCalls.SetOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_RCVBUFFORCE, bytes).Failed)
        {
            SocketCalls.SetOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_RCVBUF, bytes);
        }

        if (SocketCalls.SetOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_SNDBUFFORCE, bytes).Failed)
        {
            SocketCalls.SetOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_SNDBUF, bytes);
        }
    }

    /// <summary>True for a broadcast or multicast address: each socket there gets a copy of every datagram.</summary>
    private static bool IsForGroups(IPEndPoint bind)
    {
        if (bind.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return bind.Address.IsIPv6Multicast;
        }

        // Only the kernel knows its broadcast addresses: it does not connect to one unless that is allowed (SO_BROADCAST, man 7 socket).
        IoResult opened = SocketCalls.OpenDatagram(SocketCalls.AF_INET);
        if (opened.Failed)
        {
            return false;
        }

        IoResult connected = SocketCalls.Connect(opened.Value, SocketAddressBytes.From(new IPEndPoint(bind.Address, 9)));
        SocketCalls.Close(opened.Value);
        return connected.Error == Errno.EACCES || (bind.Address.GetAddressBytes()[0] & 0xF0) == 0xE0;
    }

    /// <summary>
    /// With SO_REUSEPORT a second process of the same user could have the same port unnoticed: the first socket is bound without it, which tells whether
    /// the address is free, and shares its port only then.
    /// </summary>
    private static int Open(Listener listener, IPEndPoint endPoint, bool isFirst, bool sharesPort)
    {
        bool isIPv6 = endPoint.AddressFamily == AddressFamily.InterNetworkV6;
        IoResult opened = SocketCalls.OpenDatagram(isIPv6 ? SocketCalls.AF_INET6 : SocketCalls.AF_INET);
        if (opened.Failed)
        {
            throw BoundSocket.Failure(listener, endPoint, opened);
        }

        int fd = opened.Value;
        SetOptions(fd, listener, isIPv6);
        BoundSocket.AllowMissingAddress(fd, listener, isIPv6);
        if (sharesPort && !isFirst)
        {
            BoundSocket.SharePort(fd);
        }

        IoResult result = sharesPort ? SocketFilter.Block(fd) : default;
        if (!result.Failed)
        {
            result = SocketCalls.Bind(fd, SocketAddressBytes.From(endPoint));
        }

        if (result.Failed)
        {
            SocketCalls.Close(fd);
            throw BoundSocket.Failure(listener, endPoint, result);
        }

        if (sharesPort && isFirst)
        {
            BoundSocket.SharePort(fd);
        }

        return fd;
    }

    private static void SetOptions(int fd, Listener listener, bool isIPv6)
    {
        if (isIPv6)
        {
            SocketCalls.SetOption(fd, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_V6ONLY, 1);
        }

        SetSharedOptions(fd, listener, isIPv6);
    }

    private static void SetSharedOptions(int fd, Listener listener, bool isIPv6)
    {
        SizeQueues(fd, QueueBytes);
        SocketCalls.SetOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_RXQ_OVFL, 1);
        if (DatagramListener.JoinsRuns(listener))
        {
            // A run that the kernel has joined comes as one message, so it must not have to be divided among flows.
            SocketCalls.SetOption(fd, SocketOption.IPPROTO_UDP, SocketOption.UDP_GRO, 1);
        }

        if (IsWildcard(listener))
        {
            int level = isIPv6 ? SocketOption.IPPROTO_IPV6 : SocketOption.IPPROTO_IP;
            SocketCalls.SetOption(fd, level, isIPv6 ? SocketOption.IPV6_RECVPKTINFO : SocketOption.IP_PKTINFO, 1);
        }
    }

    /// <summary>True when clients may use several addresses of this host, so that each flow has to remember which.</summary>
    public static bool IsWildcard(Listener listener) =>
        listener.Bind.Address.Equals(IPAddress.Any) || listener.Bind.Address.Equals(IPAddress.IPv6Any);
}
