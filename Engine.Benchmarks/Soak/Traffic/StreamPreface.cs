// SPDX-License-Identifier: MIT
using System.Buffers.Binary;

namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>The few bytes before and behind the patterns. Pure.</summary>
internal static class StreamPreface
{
    /// <summary>The client's first bytes: which connection this is.</summary>
    public const int RequestLength = 20;

    /// <summary>The backend's first bytes: who serves which connection.</summary>
    public const int ReplyLength = 12;

    /// <summary>The backend's last bytes: how much it has received, and that all was right.</summary>
    public const int VerdictLength = 8;

    private const uint Magic = 0x4C42_534B;

    public static byte[] WriteRequest(ulong seed, long id)
    {
        var bytes = new byte[RequestLength];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(4), seed);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(12), id);
        return bytes;
    }

    /// <summary>False: these bytes begin no connection of the soak.</summary>
    public static bool TryReadRequest(ReadOnlySpan<byte> bytes, out ulong seed, out long id)
    {
        seed = BinaryPrimitives.ReadUInt64BigEndian(bytes[4..]);
        id = BinaryPrimitives.ReadInt64BigEndian(bytes[12..]);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes) == Magic;
    }

    public static byte[] WriteReply(int backend, long id)
    {
        var bytes = new byte[ReplyLength];
        BinaryPrimitives.WriteInt32BigEndian(bytes, backend);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(4), id);
        return bytes;
    }

    public static (int Backend, long Id) ReadReply(ReadOnlySpan<byte> bytes) =>
        (BinaryPrimitives.ReadInt32BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes[4..]));

    public static byte[] WriteVerdict(long received)
    {
        var bytes = new byte[VerdictLength];
        BinaryPrimitives.WriteInt64BigEndian(bytes, received);
        return bytes;
    }

    public static long ReadVerdict(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64BigEndian(bytes);
}
