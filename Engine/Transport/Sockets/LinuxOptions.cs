// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LbEngine.Transport.Sockets;

/// <summary>Options of Linux for which System.Net.Sockets has no name (asm-generic/socket.h, linux/in.h, linux/in6.h, linux/filter.h). On Linux only.</summary>
internal static class LinuxOptions
{
    private const int SocketLevel = 1;
    private const int ReusePort = 15;
    private const int AttachFilter = 26;
    private const int IPv4Level = 0;
    private const int IPv4FreeBind = 15;
    private const int TcpLevel = 6;
    private const int TcpRepair = 19;
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

    /// <summary>From now on a listening socket begins no handshake; those that were begun go on.</summary>
    public static void DropHandshakes(Socket listening)
    {
        // struct sock_filter { u16 code; u8 jt, jf; u32 k; }: take byte 13 of the TCP header, keep SYN and ACK, and drop what is SYN alone.
        (ushort Code, byte True, byte False, uint Operand)[] program =
            [(0x30, 0, 0, 13), (0x54, 0, 0, 0x12), (0x15, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, uint.MaxValue)];
        byte[] instructions = GC.AllocateArray<byte>(program.Length * sizeof(ulong), pinned: true);
        for (int i = 0; i < program.Length; i++)
        {
            Span<byte> one = instructions.AsSpan(i * sizeof(ulong), sizeof(ulong));
            MemoryMarshal.Write(one, program[i].Code);
            one[2] = program[i].True;
            one[3] = program[i].False;
            MemoryMarshal.Write(one[4..], program[i].Operand);
        }

        // struct sock_fprog { u16 len; struct sock_filter *filter; }
        Span<byte> header = stackalloc byte[2 * nint.Size];
        header.Clear();
        MemoryMarshal.Write(header, (ushort)program.Length);
        MemoryMarshal.Write(header[nint.Size..], Marshal.UnsafeAddrOfPinnedArrayElement(instructions, 0));
        try
        {
            listening.SetRawSocketOption(SocketLevel, AttachFilter, header);
        }
        catch (SocketException)
        {
            // Where it is not allowed, one who comes in the last moment may be reset.
        }

        GC.KeepAlive(instructions);
    }

    private static void Set(Socket socket, int level, int name)
    {
        Span<byte> one = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(one, 1);
        socket.SetRawSocketOption(level, name, one);
    }
}
