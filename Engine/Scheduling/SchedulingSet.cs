// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>The backends that one scheduler chooses from: names, weights and limits are fixed, live counts move.</summary>
/// <remarks>
/// Indices run from 0 to <see cref="Count"/> - 1. An index may be vacant (its backend was removed): it has weight 0 and
/// <see cref="CanTake"/> is false for it. Any thread may read.
/// </remarks>
public sealed class SchedulingSet
{
    /// <summary>The most indices that a set may have; schedulers store an index in 16 bits.</summary>
    public const int MaxCount = 65536;

    private readonly string[] _names;
    private readonly int[] _weights;
    private readonly bool[] _usable;
    private readonly int[] _limits;
    private readonly int[][] _chunks;

    /// <summary>Internal: built by a backend pool, or by a test, from parallel arrays that nobody changes afterwards.</summary>
    /// <param name="names">Backend names; an empty name marks a vacant index.</param>
    /// <param name="weights">Effective weights, 0 to 65535.</param>
    /// <param name="usable">False for backends that are down, draining, in maintenance or vacant.</param>
    /// <param name="limits">Connection limits; <see cref="int.MaxValue"/> for none.</param>
    /// <param name="counters">Live counts, with at least as many slots as there are names.</param>
    internal SchedulingSet(string[] names, int[] weights, bool[] usable, int[] limits, LoadCounters counters)
    {
        _names = names;
        _weights = weights;
        _usable = usable;
        _limits = limits;
        _chunks = counters.Chunks;
    }

    /// <summary>Number of indices, vacant ones included.</summary>
    public int Count => _names.Length;

    /// <summary>Effective weights by index, 0 to 65535. Weight 0 is never given new traffic.</summary>
    public ReadOnlySpan<int> Weights => _weights;

    /// <summary>By index: false for backends that are down, draining, in maintenance or vacant.</summary>
    public ReadOnlySpan<bool> Usable => _usable;

    /// <summary>By index: the connection limit, <see cref="int.MaxValue"/> for none.</summary>
    internal ReadOnlySpan<int> Limits => _limits;

    /// <summary>Live counts in chunks of <see cref="LoadCounters.ChunkSize"/>, for scans over many backends.</summary>
    internal int[][] LoadChunks => _chunks;

    /// <summary>Weights by index, with 0 for backends that are not usable: fixed for the life of the set. Allocates.</summary>
    internal int[] CopyUsableWeights()
    {
        var weights = new int[Count];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = _usable[i] ? _weights[i] : 0;
        }

        return weights;
    }

    /// <summary>The name of the backend at <paramref name="index"/>, unique in its pool; empty for a vacant index.</summary>
    public string GetName(int index) => _names[index];

    /// <summary>Connections and flows that the backend holds now, counted from the moment of the pick.</summary>
    public int GetActiveCount(int index) =>
        Volatile.Read(ref _chunks[(uint)index / LoadCounters.ChunkSize][(uint)index % LoadCounters.ChunkSize]);

    /// <summary>True when the backend at <paramref name="index"/> is usable, has a weight above 0 and is below its limit.</summary>
    public bool CanTake(int index) =>
        _usable[index] && _weights[index] > 0 && GetActiveCount(index) < _limits[index];
}
