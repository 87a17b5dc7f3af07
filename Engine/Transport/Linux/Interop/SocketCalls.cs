// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>Socket system calls over spans. Non-blocking sockets only; every call repeats on EINTR and reports errors as values.</summary>
internal static unsafe class SocketCalls
{
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 10;

    internal const int MSG_MORE = 0x8000;

    private const int SOCK_STREAM = 1;
    private const int SOCK_DGRAM = 2;
    private const int SOCK_NONBLOCK = 0x800;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int MSG_NOSIGNAL = 0x4000;
    private const int MSG_PEEK = 2;
    private const int MSG_TRUNC = 0x20;
    private const int SHUT_WR = 1;
    private const uint SIOCINQ = 0x541B;
    private const uint SIOCOUTQ = 0x5411;
    private const int F_DUPFD_CLOEXEC = 1030;
    private const int F_SETFD = 2;
    private const int FD_CLOEXEC = 1;
    private const int F_GETFL = 3;
    private const int F_SETFL = 4;

    /// <summary>Opens a non-blocking TCP socket.</summary>
    public static IoResult Open(int family) => Open(family, SOCK_STREAM);

    /// <summary>Opens a non-blocking UDP socket.</summary>
    public static IoResult OpenDatagram(int family) => Open(family, SOCK_DGRAM);

    private static IoResult Open(int family, int type)
    {
        int fd = LibC.socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        return fd < 0 ? Last() : IoResult.Success(fd);
    }

    public static IoResult Bind(int fd, ReadOnlySpan<byte> address)
    {
        fixed (byte* pointer = address)
        {
            return LibC.bind(fd, pointer, (uint)address.Length) < 0 ? Last() : IoResult.Success(0);
        }
    }

    public static IoResult Listen(int fd, int backlog) =>
        LibC.listen(fd, backlog) < 0 ? Last() : IoResult.Success(0);

    /// <summary>Accepts one client; its address is written to <paramref name="address"/> (at least 28 bytes).</summary>
    public static IoResult Accept(int fd, Span<byte> address)
    {
        fixed (byte* pointer = address)
        {
            while (true)
            {
                uint length = (uint)address.Length;
                int accepted = LibC.accept4(fd, pointer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
                if (accepted >= 0)
                {
                    return IoResult.Success(accepted);
                }

                IoResult failure = Last();
                if (failure.Error != Errno.EINTR)
                {
                    return failure;
                }
            }
        }
    }

    /// <summary>Begins to connect: EINPROGRESS is the usual answer. EINTR means that it goes on, too.</summary>
    public static IoResult Connect(int fd, ReadOnlySpan<byte> address)
    {
        fixed (byte* pointer = address)
        {
            return LibC.connect(fd, pointer, (uint)address.Length) < 0 ? Last() : IoResult.Success(0);
        }
    }

    /// <summary>Writes the socket's own address; returns its length.</summary>
    public static IoResult GetName(int fd, Span<byte> address)
    {
        fixed (byte* pointer = address)
        {
            uint length = (uint)address.Length;
            return LibC.getsockname(fd, pointer, &length) < 0 ? Last() : IoResult.Success((int)length);
        }
    }

    /// <summary>Receives into the buffer: bytes, 0 at the end of input, or an error.</summary>
    public static IoResult Receive(int fd, Span<byte> buffer) => Receive(fd, buffer, 0);

    /// <summary>The same, but what was received stays in the socket (MSG_PEEK) and is received again.</summary>
    public static IoResult Peek(int fd, Span<byte> buffer) => Receive(fd, buffer, MSG_PEEK);

    /// <summary>Takes bytes out of a TCP socket without copying them (MSG_TRUNC, man 7 tcp): as many as the buffer has, which stays as it was.</summary>
    public static IoResult Discard(int fd, Span<byte> buffer) => Receive(fd, buffer, MSG_TRUNC);

    private static IoResult Receive(int fd, Span<byte> buffer, int flags)
    {
        fixed (byte* pointer = buffer)
        {
            while (true)
            {
                nint received = LibC.recv(fd, pointer, (nuint)buffer.Length, flags);
                if (received >= 0)
                {
                    return IoResult.Success((int)received);
                }

                IoResult failure = Last();
                if (failure.Error != Errno.EINTR)
                {
                    return failure;
                }
            }
        }
    }

    /// <summary>Sends; never raises SIGPIPE. <paramref name="flags"/>: 0 or <see cref="MSG_MORE"/>.</summary>
    public static IoResult Send(int fd, ReadOnlySpan<byte> buffer, int flags)
    {
        fixed (byte* pointer = buffer)
        {
            while (true)
            {
                nint sent = LibC.send(fd, pointer, (nuint)buffer.Length, flags | MSG_NOSIGNAL);
                if (sent >= 0)
                {
                    return IoResult.Success((int)sent);
                }

                IoResult failure = Last();
                if (failure.Error != Errno.EINTR)
                {
                    return failure;
                }
            }
        }
    }

    /// <summary>Sends FIN behind everything that was sent. Fails with ENOTCONN when the peer has reset the connection.</summary>
    public static IoResult ShutdownWrite(int fd) => LibC.shutdown(fd, SHUT_WR) < 0 ? Last() : IoResult.Success(0);

    /// <summary>Closes a descriptor. Not repeated on EINTR: Linux has released the number by then, and another thread may own it already.</summary>
    public static void Close(int fd)
    {
        int result = LibC.close(fd);

        // Nor may it be closed twice: the second time it is a stranger's. Seen only while the number is free, so tests look each time.
        Debug.Assert(result == 0 || Marshal.GetLastPInvokeError() != Errno.EBADF, $"Descriptor {fd} was closed already.");
    }

    public static IoResult SetOption(int fd, int level, int name, int value) =>
        LibC.setsockopt(fd, level, name, &value, sizeof(int)) < 0 ? Last() : IoResult.Success(0);

    /// <summary>Reads an integer option.</summary>
    public static IoResult GetOption(int fd, int level, int name)
    {
        int value = 0;
        uint length = sizeof(int);
        return LibC.getsockopt(fd, level, name, &value, &length) < 0 ? Last() : IoResult.Success(value);
    }

    /// <summary>True for a socket that accepts TCP connections.</summary>
    public static bool IsTcpListener(int fd) =>
        GetOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_PROTOCOL).Value == SocketOption.IPPROTO_TCP
        && GetOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_ACCEPTCONN).Value == 1;

    /// <summary>True for a UDP socket that is not connected: it hears every sender.</summary>
    public static bool IsUdpReceiver(int fd)
    {
        byte* address = stackalloc byte[SocketAddressBytes.MaxLength];
        uint length = SocketAddressBytes.MaxLength;
        return GetOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_PROTOCOL).Value == SocketOption.IPPROTO_UDP
            && LibC.getpeername(fd, address, &length) < 0;
    }

    /// <summary>Another descriptor of the same socket, which is closed with the last of them.</summary>
    public static IoResult Duplicate(int fd)
    {
        int copy = LibC.fcntl(fd, F_DUPFD_CLOEXEC, 0);
        return copy < 0 ? Last() : IoResult.Success(copy);
    }

    /// <summary>Gives a descriptor that came from another process the flags that ours have.</summary>
    public static void Adopt(int fd)
    {
        _ = LibC.fcntl(fd, F_SETFD, FD_CLOEXEC);
        _ = LibC.fcntl(fd, F_SETFL, LibC.fcntl(fd, F_GETFL, 0) | SOCK_NONBLOCK);
    }

    /// <summary>
    /// Datagrams that the receive queue of a socket had no room for, since it was opened (SO_MEMINFO, man 7 socket); 0 where the kernel does not
    /// tell.
    /// </summary>
    public static uint ReadOverflows(int fd)
    {
        // SK_MEMINFO_VARS of linux/sock_diag.h is 9, of which SK_MEMINFO_DROPS is the last.
        uint* values = stackalloc uint[9];
        uint length = 9 * sizeof(uint);
        return LibC.getsockopt(fd, SocketOption.SOL_SOCKET, SocketOption.SO_MEMINFO, values, &length) < 0 || length < 9 * sizeof(uint) ? 0 : values[8];
    }

    /// <summary>Makes the next close send RST and drop whatever is queued.</summary>
    public static void SetResetOnClose(int fd)
    {
        // struct linger { int l_onoff; int l_linger; }
        int* linger = stackalloc int[] { 1, 0 };
        _ = LibC.setsockopt(fd, SocketOption.SOL_SOCKET, SocketOption.SO_LINGER, linger, 2 * sizeof(int));
    }

    /// <summary>
    /// Makes the next close send nothing at all: a socket that is under repair (TCP_REPAIR of linux/tcp.h) goes without RST and FIN, which takes
    /// CAP_NET_ADMIN. False without that: then the close sends RST, which lives for one hop.
    /// </summary>
    public static bool SetSilentClose(int fd)
    {
        int one = 1;
        if (LibC.setsockopt(fd, SocketOption.IPPROTO_TCP, SocketOption.TCP_REPAIR, &one, sizeof(int)) == 0)
        {
            return true;
        }

        // EPERM, or ENOPROTOOPT of a kernel without it. Of the two levels one is not the socket's.
        _ = LibC.setsockopt(fd, SocketOption.IPPROTO_IP, SocketOption.IP_TTL, &one, sizeof(int));
        _ = LibC.setsockopt(fd, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_UNICAST_HOPS, &one, sizeof(int));
        SetResetOnClose(fd);
        return false;
    }

    /// <summary>Bytes that can be received (SIOCINQ, man 7 tcp). Unlike a look by MSG_PEEK it leaves an error of the socket to whoever reads next.</summary>
    public static int AvailableBytes(int fd)
    {
        int value = 0;
        return LibC.ioctl(fd, SIOCINQ, &value) < 0 ? 0 : value;
    }

    /// <summary>Bytes sent that the peer has not acknowledged yet (SIOCOUTQ, man 7 tcp).</summary>
    public static int UnacknowledgedBytes(int fd)
    {
        int value = 0;
        return LibC.ioctl(fd, SIOCOUTQ, &value) < 0 ? 0 : value;
    }

    /// <summary>Clients that wait to be accepted from a listening socket (TCP_INFO: tcpi_unacked is the length of its queue).</summary>
    public static int WaitingClients(int fd)
    {
        const int Unacked = 2 + 4;
        const uint Size = (Unacked + 1) * sizeof(uint);
        uint* info = stackalloc uint[Unacked + 1];
        uint length = Size;
        return LibC.getsockopt(fd, SocketOption.IPPROTO_TCP, SocketOption.TCP_INFO, info, &length) < 0 || length < Size ? 0 : (int)info[Unacked];
    }

    /// <summary>How long the peer has said nothing while segments are on their way to it; 0 when none is (TCP_INFO, struct tcp_info of linux/tcp.h).</summary>
    public static uint SilentMilliseconds(int fd)
    {
        // Eight bytes, then numbers: tcpi_unacked is the fifth, tcpi_last_data_recv the twelfth, tcpi_last_ack_recv the thirteenth.
        const int Unacked = 2 + 4;
        const int LastDataReceived = 2 + 11;
        const int LastAckReceived = 2 + 12;
        const uint Size = (LastAckReceived + 1) * sizeof(uint);
        uint* info = stackalloc uint[LastAckReceived + 1];
        uint length = Size;
        if (LibC.getsockopt(fd, SocketOption.IPPROTO_TCP, SocketOption.TCP_INFO, info, &length) < 0 || length < Size || info[Unacked] == 0)
        {
            return 0;
        }

        // While it only sends, what it acknowledges again and again is not noted.
        return Math.Min(info[LastDataReceived], info[LastAckReceived]);
    }

    /// <summary>Takes the pending error of a socket; 0 for none.</summary>
    public static int TakeError(int fd)
    {
        int value = 0;
        uint length = sizeof(int);
        return LibC.getsockopt(fd, SocketOption.SOL_SOCKET, SocketOption.SO_ERROR, &value, &length) < 0
            ? Marshal.GetLastPInvokeError()
            : value;
    }

    private static IoResult Last() => IoResult.Failure(Marshal.GetLastPInvokeError());
}
