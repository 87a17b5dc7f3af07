// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using LbEngine.Admission;
using LbEngine.Tables;

namespace LbEngine.Benchmarks.Micro;

/// <summary>
/// The affinity table against a ConcurrentDictionary from address to an immutable pin. The dictionary neither expires
/// nor evicts, so it does less. Times are per operation of one thread; with two threads each does as many as one does alone.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class AffinityTableBenchmarks
{
    internal const int Operations = 16_384;

    private readonly AddressKey[][] _known = [new AddressKey[Operations], new AddressKey[Operations]];
    private AffinityTable _table = null!;
    private AffinityTable _fullTable = null!;
    private ConcurrentDictionary<AddressKey, Pin> _dictionary = null!;
    private int _next;
    private PairedThreads _threads = null!;
    private Action<int> _useTable = null!;
    private Action<int> _useDictionary = null!;
    private Action<int> _fillTable = null!;

    [Params(10_000, 200_000)]
    public int Clients { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _table = new AffinityTable(1_048_576, 300_000);
        _fullTable = new AffinityTable(Clients, 300_000);
        _dictionary = new ConcurrentDictionary<AddressKey, Pin>(Environment.ProcessorCount, 1_048_576);
        var random = new Random(1);
        for (int i = 0; i < Clients; i++)
        {
            _table.TryPin(Client(i), i, 0, out _);
            _table.Release(Client(i), 0);
            _fullTable.TryPin(Client(i), i, 0, out _);
            _fullTable.Release(Client(i), 0);
            _dictionary[Client(i)] = new Pin(i, 0, 0);
        }

        foreach (AddressKey[] known in _known)
        {
            for (int i = 0; i < Operations; i++)
            {
                known[i] = Client(random.Next(Clients));
            }
        }

        _threads = new PairedThreads(Threads);
        _useTable = UseTable;
        _useDictionary = UseDictionary;
        _fillTable = FillTable;
    }

    [GlobalCleanup]
    public void Cleanup() => _threads.Stop();

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations), BenchmarkCategory("AcquireThenRelease")]
    public void AcquireThenReleaseBaseline() => _threads.Run(_useDictionary);

    [Benchmark(OperationsPerInvoke = Operations), BenchmarkCategory("AcquireThenRelease")]
    public void AcquireThenRelease() => _threads.Run(_useTable);

    /// <summary>A flood of new clients on a full table: every pin evicts another.</summary>
    [Benchmark(OperationsPerInvoke = Operations), BenchmarkCategory("PinThenRelease")]
    public void PinThenReleaseInFullTable() => _threads.Run(_fillTable);

    private static AddressKey Client(int number) => AddressKey.FromIPv4((uint)number);

    private void UseTable(int thread)
    {
        foreach (AddressKey client in _known[thread])
        {
            if (_table.TryAcquire(client, 0, out _))
            {
                _table.Release(client, 0);
            }
        }
    }

    private void UseDictionary(int thread)
    {
        foreach (AddressKey client in _known[thread])
        {
            Change(client, 1);
            Change(client, -1);
        }
    }

    private void Change(AddressKey client, int by)
    {
        while (_dictionary.TryGetValue(client, out Pin? pin))
        {
            if (_dictionary.TryUpdate(client, pin with { Open = pin.Open + by }, pin))
            {
                return;
            }
        }
    }

    private void FillTable(int thread)
    {
        for (int i = 0; i < Operations; i++)
        {
            AddressKey client = Client(Interlocked.Increment(ref _next) | int.MinValue);
            _fullTable.TryPin(client, thread, 0, out _);
            _fullTable.Release(client, 0);
        }
    }

    private sealed record Pin(int BackendId, int Open, long LastUsedMilliseconds);
}
