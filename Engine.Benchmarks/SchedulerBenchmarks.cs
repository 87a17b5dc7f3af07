// SPDX-License-Identifier: MIT
using BenchmarkDotNet.Attributes;
using LbEngine.Scheduling;

namespace LbEngine.Benchmarks;

/// <summary>One pick among backends of mixed weights that hold connections, on one thread.</summary>
[MemoryDiagnoser]
public class SchedulerBenchmarks
{
    private readonly LockedSmoothRoundRobin _locked = new();
    private IBackendScheduler _leastConnections = null!;
    private IBackendScheduler _leastConnectionsIdle = null!;
    private IBackendScheduler _roundRobin = null!;
    private IBackendScheduler _twoChoices = null!;
    private IBackendScheduler _sourceHash = null!;
    private ulong _client;

    [Params(2, 16, 100, 1000, 10000)]
    public int Backends { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        SchedulingSet idle = CreateSet(static _ => 0);
        SchedulingSet loaded = CreateSet(static i => 100 + (int)(SplitMix64.Mix((ulong)i) % 100));
        _locked.Weights = loaded.Weights.ToArray();
        _locked.Current = new long[Backends];
        _leastConnections = new WeightedLeastConnectionsScheduler(loaded, 0);
        _leastConnectionsIdle = new WeightedLeastConnectionsScheduler(idle, 0);
        _roundRobin = new SmoothWeightedRoundRobinScheduler(loaded, 0);
        _twoChoices = new PowerOfTwoChoicesScheduler(loaded, 1);
        _sourceHash = new SourceHashSchedulerFactory().Create(loaded);
    }

    /// <summary>nginx's smooth weighted round robin as it is written: one look at each backend, under a lock.</summary>
    [Benchmark(Baseline = true)]
    public int Baseline() => _locked.SelectBackend();

    [Benchmark]
    public int SelectBySmoothWeightedRoundRobin() => _roundRobin.SelectBackend(default);

    [Benchmark]
    public int SelectByWeightedLeastConnections() => _leastConnections.SelectBackend(default);

    /// <summary>No connection anywhere, so that all backends tie and take turns.</summary>
    [Benchmark]
    public int SelectByWeightedLeastConnectionsIdle() => _leastConnectionsIdle.SelectBackend(default);

    [Benchmark]
    public int SelectByPowerOfTwoChoices() => _twoChoices.SelectBackend(default);

    [Benchmark]
    public int SelectBySourceHash() => _sourceHash.SelectBackend(new SchedulingContext(++_client, false, default));

    private SchedulingSet CreateSet(Func<int, int> count)
    {
        var counters = new LoadCounters();
        counters.EnsureCapacity(Backends);
        for (int i = 0; i < Backends; i++)
        {
            counters.Chunks[i / LoadCounters.ChunkSize][i % LoadCounters.ChunkSize] = count(i);
        }

        return new SchedulingSet(
            [.. Enumerable.Range(0, Backends).Select(i => $"backend-{i}")],
            [.. Enumerable.Range(0, Backends).Select(i => 1 + (i % 4))],
            [.. Enumerable.Repeat(true, Backends)],
            [.. Enumerable.Repeat(int.MaxValue, Backends)],
            counters);
    }

    private sealed class LockedSmoothRoundRobin
    {
        private readonly Lock _lock = new();

        public int[] Weights { get; set; } = [];

        public long[] Current { get; set; } = [];

        public int SelectBackend()
        {
            lock (_lock)
            {
                int[] weights = Weights;
                long[] current = Current;
                int best = 0;
                long sum = 0;
                for (int i = 0; i < weights.Length; i++)
                {
                    sum += weights[i];
                    current[i] += weights[i];
                    if (current[i] > current[best])
                    {
                        best = i;
                    }
                }

                current[best] -= sum;
                return best;
            }
        }
    }
}
