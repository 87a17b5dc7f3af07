// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>
/// The errors that the network has sent to a UDP socket (IP_RECVERR, man 7 ip), one by one. Without it the kernel keeps most of them to itself.
/// </summary>
internal static unsafe class ErrorQueue
{
    private const int MSG_ERRQUEUE = 0x2000;
    private const int MSG_DONTWAIT = 0x40;
    private const int HeaderSize = 16;
    private const int ExtendedErrorSize = 16;
    private const int ControlRoom = 128;
    private const byte SO_EE_ORIGIN_ICMP = 2;
    private const byte SO_EE_ORIGIN_ICMP6 = 3;

    /// <summary>From now on the socket keeps what it is told.</summary>
    public static IoResult Open(int fd, bool isIPv6) => isIPv6
        ? SocketCalls.SetOption(fd, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_RECVERR, 1)
        : SocketCalls.SetOption(fd, SocketOption.IPPROTO_IP, SocketOption.IP_RECVERR, 1);

    /// <summary>Takes the oldest one. False when there is none.</summary>
    /// <param name="fd">A UDP socket.</param>
    /// <param name="error">What it was.</param>
    public static bool TryTake(int fd, out NetworkError error)
    {
        byte* control = stackalloc byte[ControlRoom];

        // The datagram that was answered comes along, and is not wanted.
        MessageHeader header = new() { Control = control, ControlLength = ControlRoom };
        nint received;
        do
        {
            received = LibC.recvmsg(fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT);
        }
        while (received < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);

        error = default;
        if (received < 0)
        {
            return false;
        }

        error = Find(new ReadOnlySpan<byte>(control, (int)Math.Min(header.ControlLength, ControlRoom)));
        return true;
    }

    /// <summary>Finds <c>struct sock_extended_err</c> (linux/errqueue.h) in the ancillary data.</summary>
    internal static NetworkError Find(ReadOnlySpan<byte> control)
    {
        while (control.Length >= HeaderSize + ExtendedErrorSize)
        {
            ulong length = MemoryMarshal.Read<ulong>(control);
            if (length < HeaderSize || length > (ulong)control.Length)
            {
                break;
            }

            (int level, int type) = (MemoryMarshal.Read<int>(control[8..]), MemoryMarshal.Read<int>(control[12..]));
            bool isError = (level, type) is (SocketOption.IPPROTO_IP, SocketOption.IP_RECVERR) or (SocketOption.IPPROTO_IPV6, SocketOption.IPV6_RECVERR);
            if (isError && length >= HeaderSize + ExtendedErrorSize)
            {
                ReadOnlySpan<byte> data = control[HeaderSize..];
                byte origin = data[4];
                bool isIcmp = origin is SO_EE_ORIGIN_ICMP or SO_EE_ORIGIN_ICMP6;
                return new NetworkError(MemoryMarshal.Read<int>(data), isIcmp, origin == SO_EE_ORIGIN_ICMP6, data[5], data[6]);
            }

            control = control[(int)Math.Min((length + 7) & ~7UL, (ulong)control.Length)..];
        }

        return default;
    }
}
