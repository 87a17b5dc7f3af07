// SPDX-License-Identifier: MIT
using System.Buffers.Binary;

namespace LbEngine.Benchmarks.Scale.Load;

/// <summary>The message of the scale loads: which connection sent it and which one it is, so that a reply that belongs elsewhere is noticed.</summary>
internal static class Ping
{
    public const int Length = 64;

    private const int SequenceOffset = 8;

    public static void Write(Span<byte> message, int connection, ulong sequence)
    {
        BinaryPrimitives.WriteInt64LittleEndian(message, connection);
        BinaryPrimitives.WriteUInt64LittleEndian(message[SequenceOffset..], sequence);
        message[(SequenceOffset + sizeof(ulong))..Length].Fill((byte)(connection ^ (int)sequence));
    }

    public static bool IsReplyTo(ReadOnlySpan<byte> reply, int connection, ulong sequence)
    {
        Span<byte> expected = stackalloc byte[Length];
        Write(expected, connection, sequence);
        return reply.SequenceEqual(expected);
    }
}
