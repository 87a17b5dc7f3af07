// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tables;

/// <summary>An IPv4 or IPv6 address as two words, in network order; IPv4 is kept in its IPv6-mapped form (::ffff:a.b.c.d).</summary>
internal readonly record struct AddressKey(ulong High, ulong Low)
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    /// <summary>True for IPv4 and IPv4-mapped addresses.</summary>
    public bool IsIPv4 => High == 0 && (Low & 0xFFFF_FFFF_0000_0000) == MappedPrefix;

    /// <summary>True for 0.0.0.0 and [::].</summary>
    public bool IsAny => High == 0 && (Low is 0 or MappedPrefix);

    /// <summary>True for 127.0.0.0/8 and ::1.</summary>
    public bool IsLoopback => IsIPv4 ? (byte)(Low >> 24) == 127 : High == 0 && Low == 1;

    /// <summary>Builds a key from the four bytes of an IPv4 address read big-endian.</summary>
    public static AddressKey FromIPv4(uint address) => new(0, MappedPrefix | address);

    /// <summary>Builds a key from the sixteen bytes of an IPv6 address.</summary>
    public static AddressKey FromIPv6(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public static AddressKey From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        return written == 4 ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes)) : FromIPv6(bytes);
    }

    /// <summary>Reads the address of a socket address as the kernel wrote it. False for other families.</summary>
    public static bool TryFrom(SocketAddress source, out AddressKey key)
    {
        ReadOnlySpan<byte> bytes = source.Buffer.Span;
        switch (source.Family)
        {
            case AddressFamily.InterNetwork:
                key = FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));
                return true;
            case AddressFamily.InterNetworkV6:
                key = FromIPv6(bytes[8..24]);
                return true;
            default:
                key = default;
                return false;
        }
    }

    /// <summary>Allocates; for status and logs only.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return new IPAddress(IsIPv4 ? bytes[12..] : bytes);
    }

    /// <summary>The address with all bits after the prefix cleared: 0 to 32 bits for IPv4, 0 to 128 for IPv6.</summary>
    public AddressKey Mask(int prefixV4, int prefixV6)
    {
        int bits = IsIPv4 ? 96 + prefixV4 : prefixV6;
        return new AddressKey(High & HighBits(bits), Low & HighBits(bits - 64));
    }

    /// <summary>Fixed-seed 64-bit hash, equal on every machine: two rounds of the splitmix64 finalizer (Steele, Lea and Flood, OOPSLA 2014).</summary>
    public ulong Hash() => Mix(Mix(High + 0x9E37_79B9_7F4A_7C15) ^ Low);

    private static ulong HighBits(int bits) => bits <= 0 ? 0 : bits >= 64 ? ulong.MaxValue : ulong.MaxValue << (64 - bits);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
