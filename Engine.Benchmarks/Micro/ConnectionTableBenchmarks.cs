// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using LbEngine.Connections;
using LbEngine.Tables;

namespace LbEngine.Benchmarks.Micro;

/// <summary>
/// The connection table against a ConcurrentDictionary from key to row object, with <see cref="Live"/> flows in both.
/// Times are per operation of one thread; with two threads each does as many as one does alone.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class ConnectionTableBenchmarks
{
    internal const int Operations = 16_384;

    private readonly FlowKey[][] _absent = [new FlowKey[Operations], new FlowKey[Operations]];
    private readonly FlowKey[][] _present = [new FlowKey[Operations], new FlowKey[Operations]];
    private ConnectionTable _table = null!;
    private ConcurrentDictionary<FlowKey, Row> _dictionary = null!;
    private PairedThreads _threads = null!;
    private Action<int> _findInTable = null!;
    private Action<int> _findInDictionary = null!;
    private Action<int> _changeTable = null!;
    private Action<int> _changeTableByHandle = null!;
    private Action<int> _changeDictionary = null!;

    [Params(10_000, 200_000)]
    public int Live { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _table = new ConnectionTable(262_144);
        _dictionary = new ConcurrentDictionary<FlowKey, Row>(Environment.ProcessorCount, 262_144);
        var random = new Random(1);
        for (int i = 0; i < Live; i++)
        {
            _table.TryAddIndexed(Key(i), i, (ushort)(i & 1), 0, out _, out _);
            _dictionary.TryAdd(Key(i), new Row { BackendId = i });
        }

        for (int i = 0; i < Operations; i++)
        {
            for (int thread = 0; thread < 2; thread++)
            {
                _present[thread][i] = Key(random.Next(Live));
                _absent[thread][i] = Key(Live + (2 * i) + thread);
            }
        }

        _threads = new PairedThreads(Threads);
        _findInTable = FindInTable;
        _findInDictionary = FindInDictionary;
        _changeTable = ChangeTable;
        _changeTableByHandle = ChangeTableByHandle;
        _changeDictionary = ChangeDictionary;
    }

    [GlobalCleanup]
    public void Cleanup() => _threads.Stop();

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations), BenchmarkCategory("Find")]
    public void FindBaseline() => _threads.Run(_findInDictionary);

    [Benchmark(OperationsPerInvoke = Operations), BenchmarkCategory("Find")]
    public void Find() => _threads.Run(_findInTable);

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations), BenchmarkCategory("AddThenRemove")]
    public void AddThenRemoveBaseline() => _threads.Run(_changeDictionary);

    [Benchmark(OperationsPerInvoke = Operations), BenchmarkCategory("AddThenRemove")]
    public void AddThenRemove() => _threads.Run(_changeTable);

    [Benchmark(OperationsPerInvoke = Operations), BenchmarkCategory("AddThenRemove")]
    public void AddThenRemoveUnindexed() => _threads.Run(_changeTableByHandle);

    private static FlowKey Key(int number) =>
        new(new EndPointKey(AddressKey.FromIPv4((uint)number * 2_654_435_761u), (ushort)(1024 + (number * 40_503u % 60_000))), 1);

    private void FindInTable(int thread)
    {
        foreach (ref readonly FlowKey key in _present[thread].AsSpan())
        {
            if (!_table.TryFind(key, out _))
            {
                throw new InvalidOperationException("A flow was lost.");
            }
        }
    }

    private void FindInDictionary(int thread)
    {
        foreach (ref readonly FlowKey key in _present[thread].AsSpan())
        {
            if (!_dictionary.TryGetValue(key, out _))
            {
                throw new InvalidOperationException("A flow was lost.");
            }
        }
    }

    private void ChangeTable(int thread)
    {
        foreach (ref readonly FlowKey key in _absent[thread].AsSpan())
        {
            _table.TryAddIndexed(key, 0, (ushort)thread, 0, out ConnectionHandle handle, out _);
            _table.TryRemove(handle);
        }
    }

    private void ChangeTableByHandle(int thread)
    {
        foreach (ref readonly FlowKey key in _absent[thread].AsSpan())
        {
            _table.TryAdd(key, 0, (ushort)thread, 0, out ConnectionHandle handle);
            _table.TryRemove(handle);
        }
    }

    private void ChangeDictionary(int thread)
    {
        foreach (ref readonly FlowKey key in _absent[thread].AsSpan())
        {
            _dictionary.TryAdd(key, new Row());
            _dictionary.TryRemove(key, out _);
        }
    }

    private sealed class Row
    {
        public int BackendId { get; set; }

        public long BytesToBackend { get; set; }

        public long BytesToClient { get; set; }
    }
}
