// SPDX-License-Identifier: MIT
using System.Buffers.Binary;

namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>What stands in a datagram: its flow, its number, and a pattern of its own; or nothing at all. Pure.</summary>
internal static class DatagramText
{
    /// <summary>What the backend puts before its echo: who it is.</summary>
    public const int ReplyPrefix = 4;

    public const int Largest = 60_000;

    private const int Head = 12;
    private const int Usual = 1400;

    /// <summary>The datagram with this number.</summary>
    public static byte[] Write(ulong seed, long flow, int number)
    {
        ulong key = Key(seed, flow, number);
        var random = new Mixer(key);
        long length = random.Below(100) switch
        {
            < 3 => 0,
            < 90 => Head + random.Below(Usual - Head),
            < 98 => Head + random.Below(Largest / 6),
            _ => Head + random.Below(Largest - Head),
        };
        var bytes = new byte[length];
        if (length > 0)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes, flow);
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(sizeof(long)), number);
            new BytePattern(key).Fill(bytes.AsSpan(Head), 0);
        }

        return bytes;
    }

    /// <summary>Which datagram a reply answers; -1 for the answer to an empty one. Null when it is no answer to this flow at all.</summary>
    public static int? ReadNumber(ReadOnlySpan<byte> reply, long flow)
    {
        if (reply.Length == ReplyPrefix)
        {
            return -1;
        }

        ReadOnlySpan<byte> text = reply.Length < ReplyPrefix + Head ? [] : reply[ReplyPrefix..];
        return text.Length > 0 && BinaryPrimitives.ReadInt64BigEndian(text) == flow ? BinaryPrimitives.ReadInt32BigEndian(text[sizeof(long)..]) : null;
    }

    public static int ReadBackend(ReadOnlySpan<byte> reply) => BinaryPrimitives.ReadInt32BigEndian(reply);

    private static ulong Key(ulong seed, long flow, int number) => Mixer.At(Mixer.At(seed, -flow), number);
}
