// SPDX-License-Identifier: MIT
namespace LbEngine.Testing;

/// <summary>A stream whose every byte follows from its position, so that a lost, doubled or moved byte shows.</summary>
/// <remarks>One byte per position from the splitmix64 finalizer (Steele, Lea and Flood, OOPSLA 2014): no period that a buffer size could hide in.</remarks>
internal static class BytePattern
{
    /// <summary>Fills the target with the pattern from a position on.</summary>
    public static void Fill(Span<byte> target, long position)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = At(position + i);
        }
    }

    /// <summary>How many bytes, from the first on, are the pattern from position 0 on.</summary>
    public static int CountMatching(ReadOnlySpan<byte> bytes)
    {
        int matching = 0;
        while (matching < bytes.Length && bytes[matching] == At(matching))
        {
            matching++;
        }

        return matching;
    }

    private static byte At(long position)
    {
        ulong z = ((ulong)position + 1) * 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return (byte)(z ^ (z >> 31));
    }
}
