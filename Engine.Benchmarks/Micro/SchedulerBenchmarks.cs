// SPDX-License-Identifier: MIT
using BenchmarkDotNet.Attributes;
using LbEngine.Scheduling;

namespace LbEngine.Benchmarks.Micro;

/// <summary>
/// One pick among backends of mixed weights that hold connections. Times are per pick of one thread; with two threads each makes as many as one makes
/// alone.
/// </summary>
[MemoryDiagnoser]
public class SchedulerBenchmarks
{
    /// <summary>Picks of one invocation, so that waking the second thread does not count.</summary>
    internal const int Picks = 1024;

    // Steps of 2^64 divided by the golden ratio: hashes of new clients all over the range, for the price of an addition.
    private const ulong NextClient = 0x9E37_79B9_7F4A_7C15;

    // The clients of two threads lie in cache lines of their own.
    private const int ClientStride = 16;

    private readonly ulong[] _clients = new ulong[2 * ClientStride];
    private LockedSmoothRoundRobin _locked = null!;
    private IBackendScheduler _leastConnections = null!;
    private IBackendScheduler _leastConnectionsIdle = null!;
    private IBackendScheduler _roundRobin = null!;
    private IBackendScheduler _twoChoices = null!;
    private IBackendScheduler _sourceHash = null!;
    private PairedThreads _threads = null!;
    private Action<int> _selectLocked = null!;
    private Action<int> _selectLeastConnections = null!;
    private Action<int> _selectLeastConnectionsIdle = null!;
    private Action<int> _selectRoundRobin = null!;
    private Action<int> _selectTwoChoices = null!;
    private Action<int> _selectSourceHash = null!;

    [Params(2, 16, 100, 1000, 10000)]
    public int Backends { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        SchedulingSet idle = CreateSet(static _ => 0);
        SchedulingSet loaded = CreateSet(static i => 100 + (int)(SplitMix64.Mix((ulong)i) % 100));
        _locked = new LockedSmoothRoundRobin(loaded.Weights);
        _leastConnections = new WeightedLeastConnectionsScheduler(loaded, 0);
        _leastConnectionsIdle = new WeightedLeastConnectionsScheduler(idle, 0);
        _roundRobin = new SmoothWeightedRoundRobinScheduler(loaded, 0);
        _twoChoices = new PowerOfTwoChoicesScheduler(loaded, 1);
        _sourceHash = new SourceHashSchedulerFactory().Create(loaded);
        _threads = new PairedThreads(Threads);
        _selectLocked = SelectLocked;
        _selectLeastConnections = thread => Select(_leastConnections, thread);
        _selectLeastConnectionsIdle = thread => Select(_leastConnectionsIdle, thread);
        _selectRoundRobin = thread => Select(_roundRobin, thread);
        _selectTwoChoices = thread => Select(_twoChoices, thread);
        _selectSourceHash = thread => Select(_sourceHash, thread);
    }

    [GlobalCleanup]
    public void Cleanup() => _threads.Stop();

    /// <summary>nginx's smooth weighted round robin as it is written: one look at each backend, under a lock.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Picks)]
    public void Baseline() => _threads.Run(_selectLocked);

    [Benchmark(OperationsPerInvoke = Picks)]
    public void SelectBySmoothWeightedRoundRobin() => _threads.Run(_selectRoundRobin);

    [Benchmark(OperationsPerInvoke = Picks)]
    public void SelectByWeightedLeastConnections() => _threads.Run(_selectLeastConnections);

    /// <summary>No connection anywhere, so that all backends tie and take turns.</summary>
    [Benchmark(OperationsPerInvoke = Picks)]
    public void SelectByWeightedLeastConnectionsIdle() => _threads.Run(_selectLeastConnectionsIdle);

    [Benchmark(OperationsPerInvoke = Picks)]
    public void SelectByPowerOfTwoChoices() => _threads.Run(_selectTwoChoices);

    [Benchmark(OperationsPerInvoke = Picks)]
    public void SelectBySourceHash() => _threads.Run(_selectSourceHash);

    private void Select(IBackendScheduler scheduler, int thread)
    {
        ulong client = _clients[thread * ClientStride];
        for (int i = 0; i < Picks; i++)
        {
            client += NextClient;
            if (scheduler.SelectBackend(new SchedulingContext(client, false, default)) < 0)
            {
                throw new InvalidOperationException("No backend was picked though all are usable.");
            }
        }

        _clients[thread * ClientStride] = client;
    }

    private void SelectLocked(int thread)
    {
        for (int i = 0; i < Picks; i++)
        {
            _locked.SelectBackend();
        }
    }

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
}
