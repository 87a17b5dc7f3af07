// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.Harness.Datagrams;

/// <summary>Datagrams that know where they belong: flow, sequence, length, a checksum over these, and a tail that follows from flow and sequence.</summary>
internal static class Datagram
{
    public const int HeaderLength = 24;

    private const int SequenceOffset = 4;
    private const int LengthOffset = 12;
    private const int ChecksumOffset = 16;

    public static byte[] Create(int flow, long sequence, int length)
    {
        var datagram = new byte[length];
        Write(datagram, flow, sequence);
        return datagram;
    }

    /// <summary>Fills all of it. One that is too short for a header carries the tail's pattern only.</summary>
    public static void Write(Span<byte> datagram, int flow, long sequence)
    {
        if (datagram.Length < HeaderLength)
        {
            Pattern.Fill(datagram, flow, sequence);
            return;
        }

        BinaryPrimitives.WriteInt32LittleEndian(datagram, flow);
        BinaryPrimitives.WriteInt64LittleEndian(datagram[SequenceOffset..], sequence);
        BinaryPrimitives.WriteInt32LittleEndian(datagram[LengthOffset..], datagram.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(datagram[ChecksumOffset..], Checksum(datagram));
        Pattern.Fill(datagram[HeaderLength..], flow, sequence);
    }

    /// <summary>True when every byte is as <see cref="Write"/> made it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out int flow, out long sequence)
    {
        flow = 0;
        sequence = 0;
        if (datagram.Length < HeaderLength
            || BinaryPrimitives.ReadInt32LittleEndian(datagram[LengthOffset..]) != datagram.Length
            || BinaryPrimitives.ReadUInt64LittleEndian(datagram[ChecksumOffset..]) != Checksum(datagram))
        {
            return false;
        }

        flow = BinaryPrimitives.ReadInt32LittleEndian(datagram);
        sequence = BinaryPrimitives.ReadInt64LittleEndian(datagram[SequenceOffset..]);
        return Pattern.FindWrong(datagram[HeaderLength..], flow, sequence) is null;
    }

    private static ulong Checksum(ReadOnlySpan<byte> datagram)
    {
        // FNV-1a.
        ulong hash = 14695981039346656037;
        foreach (byte value in datagram[..ChecksumOffset])
        {
            hash = (hash ^ value) * 1099511628211;
        }

        return hash;
    }
}
