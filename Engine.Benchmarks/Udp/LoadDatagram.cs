// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Numerics;

namespace LbEngine.Benchmarks.Udp;

/// <summary>The datagrams of the load: who sent them and which one each is, a checksum over that, and a tail that differs from flow to flow.</summary>
internal static class LoadDatagram
{
    public const int HeaderLength = 32;

    private const int FlowOffset = 4;
    private const int SlotOffset = 8;
    private const int LengthOffset = 12;
    private const int SequenceOffset = 16;
    private const int ChecksumOffset = 24;

    /// <summary>Writes what stays the same in every datagram of one flow: run, flow, length and tail.</summary>
    public static void WriteTemplate(Span<byte> datagram, uint run, int flow)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(datagram, run);
        BinaryPrimitives.WriteInt32LittleEndian(datagram[FlowOffset..], flow);
        BinaryPrimitives.WriteInt32LittleEndian(datagram[LengthOffset..], datagram.Length);
        uint state = (run ^ (uint)flow) | 1;
        for (int i = HeaderLength; i < datagram.Length; i++)
        {
            state *= 747796405;
            state += 2891336453;
            datagram[i] = (byte)(state >> 24);
        }
    }

    /// <summary>Makes the template the datagram of one slot and sequence.</summary>
    public static void Stamp(Span<byte> template, int slot, ulong sequence)
    {
        BinaryPrimitives.WriteInt32LittleEndian(template[SlotOffset..], slot);
        BinaryPrimitives.WriteUInt64LittleEndian(template[SequenceOffset..], sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(template[ChecksumOffset..], Checksum(template));
    }

    /// <summary>True when every byte is one that the flow of <paramref name="template"/> has sent; gives slot and sequence.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> template, out int slot, out ulong sequence)
    {
        slot = 0;
        sequence = 0;
        if (datagram.Length != template.Length
            || !datagram[..SlotOffset].SequenceEqual(template[..SlotOffset])
            || !datagram[HeaderLength..].SequenceEqual(template[HeaderLength..])
            || BinaryPrimitives.ReadUInt64LittleEndian(datagram[ChecksumOffset..]) != Checksum(datagram))
        {
            return false;
        }

        slot = BinaryPrimitives.ReadInt32LittleEndian(datagram[SlotOffset..]);
        sequence = BinaryPrimitives.ReadUInt64LittleEndian(datagram[SequenceOffset..]);
        return true;
    }

    private static ulong Checksum(ReadOnlySpan<byte> datagram)
    {
        ulong sum = 0x9E3779B97F4A7C15;
        for (int offset = 0; offset < ChecksumOffset; offset += sizeof(ulong))
        {
            sum = BitOperations.RotateLeft(sum ^ BinaryPrimitives.ReadUInt64LittleEndian(datagram[offset..]), 27) * 0xBF58476D1CE4E5B9;
        }

        return sum ^ (sum >> 31);
    }
}
