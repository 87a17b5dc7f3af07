// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Globalization;
using LbEngine.Tables;

namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>Writes addresses and numbers in ASCII, one behind the other, without memory. The room must be enough.</summary>
internal ref struct AsciiLine(Span<byte> target)
{
    private const int Groups = 8;
    private const int FirstByteOfIPv4 = 12;

    private readonly Span<byte> _target = target;

    public int Length { get; private set; }

    public void Add(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(_target[Length..]);
        Length += text.Length;
    }

    public void Add(int number)
    {
        number.TryFormat(_target[Length..], out int written, default, CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>An address as IPv4, or as IPv6 as RFC 5952 writes it: the longest run of zeros left out, an IPv4 address mapped.</summary>
    public void Add(AddressKey address, bool asIPv4)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, address.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], address.Low);
        if (address.IsIPv4)
        {
            Add(asIPv4 ? ""u8 : "::ffff:"u8);
            AddIPv4(bytes[FirstByteOfIPv4..]);
        }
        else
        {
            AddIPv6(bytes);
        }
    }

    private void AddIPv4(scoped ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            Add(i == 0 ? ""u8 : "."u8);
            Add(bytes[i]);
        }
    }

    private void AddIPv6(scoped ReadOnlySpan<byte> bytes)
    {
        (int gap, int length) = FindZeros(bytes);
        for (int i = 0; i < Groups; i++)
        {
            if (i == gap)
            {
                Add("::"u8);
                i += length - 1;
                continue;
            }

            Add(i == 0 || i == gap + length ? ""u8 : ":"u8);
            BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * i)..]).TryFormat(_target[Length..], out int written, "x", CultureInfo.InvariantCulture);
            Length += written;
        }
    }

    /// <summary>The longest run of groups of zero, the first one of equals; one group alone is none.</summary>
    private static (int At, int Length) FindZeros(ReadOnlySpan<byte> bytes)
    {
        (int at, int length) = (-Groups, 1);
        for (int i = 0, run = 0; i < Groups; i++)
        {
            run = BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * i)..]) == 0 ? run + 1 : 0;
            if (run > length)
            {
                (at, length) = (i - run + 1, run);
            }
        }

        return (at, length);
    }
}
