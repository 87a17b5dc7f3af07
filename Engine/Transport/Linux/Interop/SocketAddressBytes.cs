// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using LbEngine.Tables;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>Reads and writes <c>struct sockaddr_in</c> and <c>struct sockaddr_in6</c> as the kernel does.</summary>
internal static class SocketAddressBytes
{
    /// <summary>Room for either.</summary>
    public const int MaxLength = 28;

    public const int IPv4Length = 16;

    public static EndPointKey Parse(ReadOnlySpan<byte> address)
    {
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        AddressKey key = MemoryMarshal.Read<ushort>(address) == SocketCalls.AF_INET
            ? AddressKey.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(address[4..]))
            : AddressKey.FromIPv6(address.Slice(8, 16));
        return new EndPointKey(key, port);
    }

    /// <summary>The same with the scope of an IPv6 address, which a key has not. Allocates.</summary>
    public static IPEndPoint ParseEndPoint(ReadOnlySpan<byte> address)
    {
        IPAddress parsed = MemoryMarshal.Read<ushort>(address) == SocketCalls.AF_INET
            ? new IPAddress(address.Slice(4, 4))
            : new IPAddress(address.Slice(8, 16), MemoryMarshal.Read<uint>(address[24..]));
        return new IPEndPoint(parsed, BinaryPrimitives.ReadUInt16BigEndian(address[2..]));
    }

    /// <summary>Writes an address without a scope; returns its length. The room must be for <see cref="MaxLength"/>.</summary>
    public static int Write(Span<byte> target, EndPointKey endPoint)
    {
        AddressKey address = endPoint.Address;
        int length = address.IsIPv4 ? IPv4Length : MaxLength;
        target[..length].Clear();
        MemoryMarshal.Write(target, (ushort)(address.IsIPv4 ? SocketCalls.AF_INET : SocketCalls.AF_INET6));
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], endPoint.Port);
        if (address.IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(target[4..], (uint)address.Low);
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(target[8..], address.High);
            BinaryPrimitives.WriteUInt64BigEndian(target[16..], address.Low);
        }

        return length;
    }

    /// <summary>True for IPv4 and IPv6.</summary>
    public static bool IsInternet(ReadOnlySpan<byte> address) => MemoryMarshal.Read<ushort>(address) is SocketCalls.AF_INET or SocketCalls.AF_INET6;

    public static ReadOnlySpan<byte> From(IPEndPoint endPoint) => Of(endPoint.Serialize());

    public static ReadOnlySpan<byte> Of(SocketAddress address) => address.Buffer.Span[..address.Size];
}
