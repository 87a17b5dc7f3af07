// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using LbEngine.Tables;

namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>Addresses and numbers in ASCII, as version 1 has them: no zone, no leading zero, nothing around them. Pure, without memory.</summary>
internal static class AddressDigits
{
    private const int AddressBytes = 16;
    private const int GroupBytes = 2;
    private const int IPv4Bytes = 4;
    private const int MostHexDigits = 4;
    private const int MostDecimalDigits = 5;
    private const byte Colon = (byte)':';
    private const byte Dot = (byte)'.';

    /// <summary>A number without a leading zero, which could be taken for an octal one.</summary>
    public static bool TryReadDecimal(ReadOnlySpan<byte> digits, int most, out int value)
    {
        value = 0;
        if (digits.Length is 0 or > MostDecimalDigits || (digits.Length > 1 && digits[0] == '0'))
        {
            return false;
        }

        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return value <= most;
    }

    public static bool TryReadIPv4(ReadOnlySpan<byte> text, out AddressKey address)
    {
        bool isAddress = TryReadFour(text, out uint value);
        address = isAddress ? AddressKey.FromIPv4(value) : default;
        return isAddress;
    }

    /// <summary>
    /// Groups of up to four hexadecimal digits, at most one double colon, the last two groups also as an IPv4 address (RFC 4291, section 2.2).
    /// </summary>
    public static bool TryReadIPv6(ReadOnlySpan<byte> text, out AddressKey address)
    {
        address = default;
        Span<byte> bytes = stackalloc byte[AddressBytes];
        int filled = 0;
        int gap = -1;
        if (text.StartsWith("::"u8))
        {
            gap = 0;
            text = text[2..];
        }

        while (!text.IsEmpty)
        {
            int digits = CountHexDigits(text, out int group);
            if (digits == 0 || filled + GroupBytes > AddressBytes)
            {
                return false;
            }

            if (digits < text.Length && text[digits] == Dot)
            {
                if (filled + IPv4Bytes > AddressBytes || !TryReadFour(text, out uint last))
                {
                    return false;
                }

                BinaryPrimitives.WriteUInt32BigEndian(bytes[filled..], last);
                filled += IPv4Bytes;
                break;
            }

            BinaryPrimitives.WriteUInt16BigEndian(bytes[filled..], (ushort)group);
            filled += GroupBytes;
            text = text[digits..];
            if (!text.IsEmpty && !TryPassColons(ref text, filled, ref gap))
            {
                return false;
            }
        }

        if (!TryFillGap(bytes, filled, gap))
        {
            return false;
        }

        address = AddressKey.FromIPv6(bytes);
        return true;
    }

    /// <summary>One colon with something behind it, or the one double colon.</summary>
    private static bool TryPassColons(ref ReadOnlySpan<byte> text, int filled, ref int gap)
    {
        if (text[0] != Colon || text.Length == 1)
        {
            return false;
        }

        bool isDouble = text[1] == Colon;
        if (isDouble && gap >= 0)
        {
            return false;
        }

        gap = isDouble ? filled : gap;
        text = text[(isDouble ? 2 : 1)..];
        return true;
    }

    private static bool TryFillGap(Span<byte> bytes, int filled, int gap)
    {
        if (gap < 0)
        {
            return filled == AddressBytes;
        }

        if (filled == AddressBytes)
        {
            return false;
        }

        Span<byte> tail = bytes[gap..filled];
        tail.CopyTo(bytes[(AddressBytes - tail.Length)..]);
        bytes[gap..(AddressBytes - tail.Length)].Clear();
        return true;
    }

    private static int CountHexDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        int count = 0;
        while (count < Math.Min(text.Length, MostHexDigits) && char.IsAsciiHexDigit((char)text[count]))
        {
            byte digit = text[count++];
            value = (value << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return count;
    }

    private static bool TryReadFour(ReadOnlySpan<byte> text, out uint value)
    {
        value = 0;
        for (int i = 0; i < IPv4Bytes; i++)
        {
            int end = i < IPv4Bytes - 1 ? text.IndexOf(Dot) : text.Length;
            if (end < 0 || !TryReadDecimal(text[..end], byte.MaxValue, out int part))
            {
                return false;
            }

            value = (value << 8) | (uint)part;
            text = text[Math.Min(end + 1, text.Length)..];
        }

        return true;
    }
}
