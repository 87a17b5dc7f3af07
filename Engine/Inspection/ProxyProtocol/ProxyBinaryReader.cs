// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using LbEngine.Tables;

namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>Version 2: a signature, two bytes of meaning, a length, addresses, and fields of type, length and value. Pure.</summary>
internal static class ProxyBinaryReader
{
    /// <summary>Headers of this length and of no more: senders stay below 600 bytes, and what is longer costs memory for nothing.</summary>
    public const int MostBytes = 4096;

    /// <summary>Bytes until the length is known.</summary>
    public const int FixedBytes = 16;

    private const int IPv4Bytes = 12;
    private const int IPv6Bytes = 36;
    private const int UnixBytes = 216;

    private const int MeaningAt = 12;
    private const int FamilyAt = 13;
    private const int LengthAt = 14;

    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public static ProxyReading Read(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        header = default;
        if (!ProxyHeaderReader.BeginsAs(bytes, Signature)
            || (bytes.Length > MeaningAt && bytes[MeaningAt] is not (ProxyCode.Local or ProxyCode.Proxy)))
        {
            return ProxyReading.Malformed;
        }

        if (bytes.Length < FixedBytes)
        {
            return ProxyReading.NeedsMore;
        }

        int length = FixedBytes + BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthAt..]);
        if (length > MostBytes)
        {
            return ProxyReading.Malformed;
        }

        if (bytes.Length < length)
        {
            return ProxyReading.NeedsMore;
        }

        // Whatever the sender of LOCAL has put behind it, and whatever family it names, is to be skipped (section 2.2).
        header = new ProxyHeader(length);
        return bytes[MeaningAt] == ProxyCode.Local || TryReadAddresses(bytes[..length], out header) ? ProxyReading.Whole : ProxyReading.Malformed;
    }

    /// <summary>Where the fields begin, which go to its end: at the end where it has none that count, as in LOCAL and in version 1.</summary>
    /// <param name="whole">A header that was read as whole, and nothing else.</param>
    public static int FindFields(ReadOnlySpan<byte> whole) => !BelongsToAClient(whole) ? whole.Length : whole[FamilyAt] switch
    {
        ProxyCode.Tcp4 or ProxyCode.Udp4 => FixedBytes + IPv4Bytes,
        ProxyCode.Tcp6 or ProxyCode.Udp6 => FixedBytes + IPv6Bytes,
        ProxyCode.UnixStream or ProxyCode.UnixDatagram => FixedBytes + UnixBytes,
        _ => whole.Length,
    };

    /// <summary>True when the sender speaks for itself: version 2, LOCAL.</summary>
    /// <param name="whole">A header of either version that was read as whole.</param>
    public static bool IsLocal(ReadOnlySpan<byte> whole) => whole[0] == Signature[0] && whole[MeaningAt] == ProxyCode.Local;

    private static bool BelongsToAClient(ReadOnlySpan<byte> whole) => whole[0] == Signature[0] && whole[MeaningAt] == ProxyCode.Proxy;

    private static bool TryReadAddresses(ReadOnlySpan<byte> whole, out ProxyHeader header)
    {
        header = new ProxyHeader(whole.Length);
        switch (whole[FamilyAt])
        {
            case ProxyCode.Unspecified:
                return true;
            case ProxyCode.Tcp4 or ProxyCode.Udp4 when IsSoundBehind(whole, IPv4Bytes):
                header = ReadAddresses(whole, isIPv6: false);
                return true;
            case ProxyCode.Tcp6 or ProxyCode.Udp6 when IsSoundBehind(whole, IPv6Bytes):
                header = ReadAddresses(whole, isIPv6: true);
                return true;
            case ProxyCode.UnixStream or ProxyCode.UnixDatagram:
                return IsSoundBehind(whole, UnixBytes);
            default:
                return false;
        }
    }

    /// <summary>The addresses must be there, and what is behind them be fields.</summary>
    private static bool IsSoundBehind(ReadOnlySpan<byte> whole, int addressBytes) =>
        whole.Length >= FixedBytes + addressBytes && ProxyExtras.AreSound(whole, FixedBytes + addressBytes);

    private static ProxyHeader ReadAddresses(ReadOnlySpan<byte> whole, bool isIPv6)
    {
        ReadOnlySpan<byte> block = whole[FixedBytes..];
        int size = isIPv6 ? 16 : 4;
        ushort sourcePort = BinaryPrimitives.ReadUInt16BigEndian(block[(2 * size)..]);
        ushort destinationPort = BinaryPrimitives.ReadUInt16BigEndian(block[((2 * size) + sizeof(ushort))..]);
        return new ProxyHeader(
            whole.Length,
            new EndPointKey(ReadAddress(block, isIPv6), sourcePort),
            new EndPointKey(ReadAddress(block[size..], isIPv6), destinationPort));
    }

    private static AddressKey ReadAddress(ReadOnlySpan<byte> bytes, bool isIPv6) =>
        isIPv6 ? AddressKey.FromIPv6(bytes) : AddressKey.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes));
}
