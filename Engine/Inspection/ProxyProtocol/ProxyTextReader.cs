// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>Version 1: one line, such as <c>PROXY TCP4 192.0.2.1 198.51.100.7 56324 443</c> and CR LF. Pure.</summary>
internal static class ProxyTextReader
{
    /// <summary>The longest line of section 2.1, with its end.</summary>
    public const int MostBytes = 107;

    private const byte Return = (byte)'\r';
    private const byte Feed = (byte)'\n';
    private const byte Space = (byte)' ';

    private static ReadOnlySpan<byte> Beginning => "PROXY "u8;

    private static ReadOnlySpan<byte> Unknown => "UNKNOWN"u8;

    private static ReadOnlySpan<byte> Tcp4 => "TCP4 "u8;

    private static ReadOnlySpan<byte> Tcp6 => "TCP6 "u8;

    public static ProxyReading Read(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        header = default;
        if (!ProxyHeaderReader.BeginsAs(bytes, Beginning))
        {
            return ProxyReading.Malformed;
        }

        // The line without its end can have 105 bytes.
        ReadOnlySpan<byte> seen = bytes[..Math.Min(bytes.Length, MostBytes - 1)];
        int end = seen.IndexOfAny(Return, Feed);
        if (end < 0)
        {
            return seen.Length < MostBytes - 1 ? ProxyReading.NeedsMore : ProxyReading.Malformed;
        }

        if (seen[end] == Feed)
        {
            return ProxyReading.Malformed;
        }

        if (end + 1 == bytes.Length)
        {
            return ProxyReading.NeedsMore;
        }

        return bytes[end + 1] == Feed && TryReadLine(bytes[Beginning.Length..end], end + 2, out header) ? ProxyReading.Whole : ProxyReading.Malformed;
    }

    private static bool TryReadLine(ReadOnlySpan<byte> line, int length, out ProxyHeader header)
    {
        header = new ProxyHeader(length);
        if (line.StartsWith(Unknown))
        {
            // Whatever is behind it is to be ignored.
            return line.Length == Unknown.Length || line[Unknown.Length] == Space;
        }

        bool isIPv6 = line.StartsWith(Tcp6);
        if (!isIPv6 && !line.StartsWith(Tcp4))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = line[Tcp4.Length..];
        if (!TryReadAddress(ref rest, isIPv6, out AddressKey source)
            || !TryReadAddress(ref rest, isIPv6, out AddressKey destination)
            || !TryReadPort(TakeField(ref rest), out ushort sourcePort)
            || !TryReadPort(rest, out ushort destinationPort))
        {
            return false;
        }

        header = new ProxyHeader(length, new EndPointKey(source, sourcePort), new EndPointKey(destination, destinationPort));
        return true;
    }

    private static bool TryReadAddress(ref ReadOnlySpan<byte> rest, bool isIPv6, out AddressKey address)
    {
        ReadOnlySpan<byte> field = TakeField(ref rest);
        return isIPv6 ? AddressDigits.TryReadIPv6(field, out address) : AddressDigits.TryReadIPv4(field, out address);
    }

    /// <summary>Up to the next space; all of it, and nothing left, where there is none.</summary>
    private static ReadOnlySpan<byte> TakeField(ref ReadOnlySpan<byte> rest)
    {
        int space = rest.IndexOf(Space);
        ReadOnlySpan<byte> field = space < 0 ? rest : rest[..space];
        rest = space < 0 ? default : rest[(space + 1)..];
        return field;
    }

    private static bool TryReadPort(ReadOnlySpan<byte> digits, out ushort port)
    {
        bool isPort = AddressDigits.TryReadDecimal(digits, ushort.MaxValue, out int value);
        port = (ushort)value;
        return isPort;
    }
}
