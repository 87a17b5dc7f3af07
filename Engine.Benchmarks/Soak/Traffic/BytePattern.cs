// SPDX-License-Identifier: MIT
using System.Buffers.Binary;

namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>
/// A stream of bytes in which no place looks like another, known to both ends by a key: what is lost, doubled, moved or of another connection
/// differs. Pure.
/// </summary>
/// <param name="key">One for each direction of each connection.</param>
internal readonly struct BytePattern(ulong key)
{
    private const int Word = sizeof(ulong);

    /// <summary>Writes the bytes that stand from <paramref name="offset"/> on.</summary>
    public void Fill(Span<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            int skip = (int)(offset % Word);
            ulong word = Mixer.At(key, offset / Word);
            if (skip == 0 && bytes.Length >= Word)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, word);
                bytes = bytes[Word..];
                offset += Word;
                continue;
            }

            bytes[0] = (byte)(word >> (skip * 8));
            bytes = bytes[1..];
            offset++;
        }
    }

    /// <summary>The offset of the first byte that is not as it should be, or -1.</summary>
    public long FindDifference(ReadOnlySpan<byte> bytes, long offset)
    {
        for (int i = 0; i < bytes.Length;)
        {
            int skip = (int)((offset + i) % Word);
            ulong word = Mixer.At(key, (offset + i) / Word);
            if (skip == 0 && bytes.Length - i >= Word)
            {
                if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[i..]) == word)
                {
                    i += Word;
                    continue;
                }
            }

            if (bytes[i] != (byte)(word >> (skip * 8)))
            {
                return offset + i;
            }

            i++;
        }

        return -1;
    }
}
