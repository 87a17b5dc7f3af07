// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>Numbers that follow from a seed alone, in every process alike (SplitMix64, Steele, Lea and Flood 2014). Pure.</summary>
internal struct Mixer(ulong state)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state = state;

    /// <summary>The number at a place of the sequence that a key names, without those before it.</summary>
    public static ulong At(ulong key, long place) => Mix(key + ((ulong)place * Golden));

    public ulong Next() => Mix(_state += Golden);

    /// <summary>From 0 to below a bound.</summary>
    public long Below(long bound) => bound <= 1 ? 0 : (long)(Next() % (ulong)bound);

    /// <summary>True once in so many.</summary>
    public bool OneIn(int count) => Below(count) == 0;

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
