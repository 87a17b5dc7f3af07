// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Numerics;

namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>The fields behind the addresses of version 2: a type of one byte, a length of two, a value. Pure.</summary>
internal static class ProxyExtras
{
    /// <summary>Bytes of a field before its value.</summary>
    public const int FieldBytes = 3;

    /// <summary>Bytes of the value of a checksum.</summary>
    public const int ChecksumBytes = 4;

    /// <summary>True when the fields fill the header to its last byte, and a checksum among them, at most one, is right.</summary>
    /// <param name="whole">The header and nothing else.</param>
    /// <param name="at">Where the fields begin.</param>
    public static bool AreSound(ReadOnlySpan<byte> whole, int at)
    {
        int checksumAt = -1;
        while (at < whole.Length)
        {
            if (!TryMeasure(whole[at..], out int length))
            {
                return false;
            }

            if (whole[at] == ProxyCode.Checksum)
            {
                if (checksumAt >= 0 || length != FieldBytes + ChecksumBytes)
                {
                    return false;
                }

                checksumAt = at + FieldBytes;
            }

            at += length;
        }

        return checksumAt < 0 || BinaryPrimitives.ReadUInt32BigEndian(whole[checksumAt..]) == Checksum(whole, checksumAt);
    }

    /// <summary>Length of the first of the fields with its value; false when they end before it does, or there is none.</summary>
    public static bool TryMeasure(ReadOnlySpan<byte> fields, out int length)
    {
        length = fields.Length < FieldBytes ? int.MaxValue : FieldBytes + BinaryPrimitives.ReadUInt16BigEndian(fields[1..]);
        return length <= fields.Length;
    }

    /// <summary>True when sound fields have one of a type.</summary>
    public static bool Has(ReadOnlySpan<byte> fields, byte type)
    {
        while (TryMeasure(fields, out int length))
        {
            if (fields[0] == type)
            {
                return true;
            }

            fields = fields[length..];
        }

        return false;
    }

    /// <summary>CRC32c (Castagnoli) of the header, with zeros in the place of the checksum.</summary>
    public static uint Checksum(ReadOnlySpan<byte> whole, int checksumAt)
    {
        uint sum = Add(uint.MaxValue, whole[..checksumAt]);
        sum = BitOperations.Crc32C(sum, 0u);
        return ~Add(sum, whole[(checksumAt + ChecksumBytes)..]);
    }

    private static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
        {
            sum = BitOperations.Crc32C(sum, one);
        }

        return sum;
    }
}
