// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LbEngine.Tables;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>Reads and writes ancillary data: <c>struct cmsghdr</c>, man 3 cmsg, aligned to eight bytes on 64-bit systems.</summary>
internal static class ControlMessage
{
    /// <summary>Room for all that a listening UDP socket reports with a datagram.</summary>
    public const int Room = 128;

    private const int HeaderSize = 16;
    private const int Alignment = 8;

    /// <summary>Walks the ancillary data of one datagram. Bounded: every step moves on by at least one header.</summary>
    public static DatagramNotes Read(ReadOnlySpan<byte> control)
    {
        var notes = default(DatagramNotes);
        while (control.Length >= HeaderSize)
        {
            ulong length = MemoryMarshal.Read<ulong>(control);
            if (length < HeaderSize || length > (ulong)control.Length)
            {
                break;
            }

            int level = MemoryMarshal.Read<int>(control[8..]);
            int type = MemoryMarshal.Read<int>(control[12..]);
            Note(ref notes, level, type, control[HeaderSize..(int)length]);
            control = control[Math.Min(Aligned((int)length), control.Length)..];
        }

        return notes;
    }

    /// <summary>Writes which local address a datagram is to leave from; returns the bytes used.</summary>
    public static int WriteLocalAddress(Span<byte> control, in LocalAddress local)
    {
        if (local.Address.IsIPv4)
        {
            // struct in_pktinfo: interface, local address, destination (ignored when sending).
            Span<byte> data = WriteHeader(control, SocketOption.IPPROTO_IP, SocketOption.IP_PKTINFO, 12);
            data.Clear();
            BinaryPrimitives.WriteUInt32BigEndian(data[4..], (uint)local.Address.Low);
            return HeaderSize + Aligned(12);
        }

        // struct in6_pktinfo: local address, interface.
        Span<byte> data6 = WriteHeader(control, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_PKTINFO, 20);
        BinaryPrimitives.WriteUInt64BigEndian(data6, local.Address.High);
        BinaryPrimitives.WriteUInt64BigEndian(data6[8..], local.Address.Low);
        MemoryMarshal.Write(data6[16..], local.InterfaceIndex);
        return HeaderSize + Aligned(20);
    }

    /// <summary>Writes that the payload is to be cut into datagrams of this size; returns the bytes used.</summary>
    public static int WriteSegmentSize(Span<byte> control, int size)
    {
        MemoryMarshal.Write(WriteHeader(control, SocketOption.IPPROTO_UDP, SocketOption.UDP_SEGMENT, sizeof(ushort)), (ushort)size);
        return HeaderSize + Aligned(sizeof(ushort));
    }

    private static void Note(ref DatagramNotes notes, int level, int type, ReadOnlySpan<byte> data)
    {
        switch (level, type)
        {
            case (SocketOption.IPPROTO_IP, SocketOption.IP_PKTINFO) when data.Length >= 12:
                // struct in_pktinfo: interface, local address, destination. Only of a unicast datagram both are the same.
                notes.Local = new LocalAddress(AddressKey.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(data[4..])), 0);
                var destination = new LocalAddress(AddressKey.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(data[8..])), 0);
                notes.Group = destination == notes.Local ? default : destination;
                break;
            case (SocketOption.IPPROTO_IPV6, SocketOption.IPV6_PKTINFO) when data.Length >= 20:
                AddressKey address = AddressKey.FromIPv6(data[..16]);
                bool isLinkLocal = address.High >> 54 == 0xFE80 >> 6;
                var used = new LocalAddress(address, isLinkLocal ? MemoryMarshal.Read<int>(data[16..]) : 0);
                bool isMulticast = address.High >> 56 == 0xFF;
                notes.Local = isMulticast ? default : used;
                notes.Group = isMulticast ? used : default;
                break;
            case (SocketOption.IPPROTO_UDP, SocketOption.UDP_GRO) when data.Length >= sizeof(int):
                notes.SegmentSize = MemoryMarshal.Read<int>(data);
                break;
            case (SocketOption.SOL_SOCKET, SocketOption.SO_RXQ_OVFL) when data.Length >= sizeof(uint):
                notes.Overflows = MemoryMarshal.Read<uint>(data);
                notes.HasOverflows = true;
                break;
        }
    }

    private static Span<byte> WriteHeader(Span<byte> control, int level, int type, int length)
    {
        MemoryMarshal.Write(control, (ulong)(HeaderSize + length));
        MemoryMarshal.Write(control[8..], level);
        MemoryMarshal.Write(control[12..], type);
        return control.Slice(HeaderSize, length);
    }

    private static int Aligned(int length) => (length + Alignment - 1) & ~(Alignment - 1);
}
