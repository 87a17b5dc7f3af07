// SPDX-License-Identifier: MIT
using System.Buffers.Binary;

namespace LbEngine.Tests.Harness.Streams;

/// <summary>
/// Bytes that know where they belong: each follows from a stream's number and the offset in it, so that a wrong, lost, doubled or swapped byte shows.
/// </summary>
internal static class Pattern
{
    /// <summary>Writes what <paramref name="stream"/> carries from <paramref name="offset"/> on.</summary>
    public static void Fill(Span<byte> target, int stream, long offset)
    {
        Span<byte> word = stackalloc byte[8];
        while (target.Length > 0)
        {
            int within = (int)(offset & 7);
            BinaryPrimitives.WriteUInt64LittleEndian(word, Mix(stream, offset >> 3));
            int length = Math.Min(8 - within, target.Length);
            word.Slice(within, length).CopyTo(target);
            target = target[length..];
            offset += length;
        }
    }

    /// <summary>Compares received bytes with the pattern: null when all are right, else the offset in the stream of the first wrong one.</summary>
    public static long? FindWrong(ReadOnlySpan<byte> received, int stream, long offset)
    {
        Span<byte> expected = stackalloc byte[4096];
        while (received.Length > 0)
        {
            Span<byte> part = expected[..Math.Min(expected.Length, received.Length)];
            Fill(part, stream, offset);
            int same = part.CommonPrefixLength(received[..part.Length]);
            if (same < part.Length)
            {
                return offset + same;
            }

            received = received[part.Length..];
            offset += part.Length;
        }

        return null;
    }

    // The finaliser of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
    private static ulong Mix(int stream, long word)
    {
        ulong z = ((ulong)stream << 48) + ((ulong)word * 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
