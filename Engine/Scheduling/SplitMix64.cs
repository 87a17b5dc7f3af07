// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>Fixed-seed 64-bit mixing: the same numbers on every machine and in every run.</summary>
/// <remarks>
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. Not for secrets.
/// </remarks>
internal static class SplitMix64
{
    /// <summary>2^64 divided by the golden ratio: multiples of it, taken modulo 2^64, lie as evenly as any sequence can (Weyl).</summary>
    public const ulong Golden = 0x9E37_79B9_7F4A_7C15;

    private const ulong FnvOffset = 0xCBF2_9CE4_8422_2325;
    private const ulong FnvPrime = 0x0000_0100_0000_01B3;

    /// <summary>Spreads every input bit over all output bits; a bijection.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }

    /// <summary>Takes one number of the stream that <paramref name="state"/> holds. Any thread; one interlocked addition.</summary>
    public static ulong Next(ref PaddedCounter state) =>
        Mix((ulong)Interlocked.Add(ref state.Value, unchecked((long)Golden)));

    /// <summary>Hashes a name by its UTF-16 code units: FNV-1a, then <see cref="Mix"/>, since FNV alone leaves the high bits poor.</summary>
    public static ulong Hash(string name, ulong seed)
    {
        ulong hash = FnvOffset ^ seed;
        foreach (char unit in name)
        {
            hash = (hash ^ (byte)unit) * FnvPrime;
            hash = (hash ^ (byte)(unit >> 8)) * FnvPrime;
        }

        return Mix(hash);
    }

    /// <summary>Maps 64 random bits to 0 .. <paramref name="bound"/> - 1 without division; 0 for a bound of 0.</summary>
    /// <remarks>Lemire, "Fast random integer generation in an interval", 2019, without the rejection: bounds here are at most 2^32, so the bias is at
    /// most 2^-32.</remarks>
    public static ulong Scale(ulong random, ulong bound) => Math.BigMul(random, bound, out _);
}
