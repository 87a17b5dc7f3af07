// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;

namespace LbEngine.Tests.Scheduling;

/// <summary>Builds a set whose counts, states and limits a test decides; names are b0, b1, ... unless given.</summary>
internal sealed class SchedulingSetBuilder
{
    private readonly int[] _weights;
    private readonly bool[] _usable;
    private readonly int[] _limits;
    private string[] _names;

    public SchedulingSetBuilder(params int[] weights)
    {
        _weights = weights;
        _names = [.. Enumerable.Range(0, weights.Length).Select(i => $"b{i}")];
        _usable = [.. weights.Select(_ => true)];
        _limits = [.. weights.Select(_ => int.MaxValue)];
        Counters.EnsureCapacity(weights.Length);
    }

    public LoadCounters Counters { get; } = new();

    public SchedulingSetBuilder Named(params string[] names)
    {
        _names = names;
        return this;
    }

    public SchedulingSetBuilder Holding(params int[] counts)
    {
        for (int i = 0; i < counts.Length; i++)
        {
            SetCount(i, counts[i]);
        }

        return this;
    }

    public SchedulingSetBuilder SetCount(int index, int count)
    {
        Counters.Chunks[index / LoadCounters.ChunkSize][index % LoadCounters.ChunkSize] = count;
        return this;
    }

    public SchedulingSetBuilder Down(int index)
    {
        _usable[index] = false;
        return this;
    }

    public SchedulingSetBuilder Vacant(int index)
    {
        _usable[index] = false;
        _weights[index] = 0;
        _limits[index] = 0;
        _names[index] = "";
        return this;
    }

    public SchedulingSetBuilder Limit(int index, int limit)
    {
        _limits[index] = limit;
        return this;
    }

    public SchedulingSet Build() => new([.. _names], [.. _weights], [.. _usable], [.. _limits], Counters);
}
