// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using LbEngine.Admission;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Benchmarks.Micro;

/// <summary>
/// The table of rates against a ConcurrentDictionary from client to a word of the same rule, which neither expires nor is bounded, so it does less. As many
/// clients as given come in turn, a thousand in each millisecond. With two threads each does as many as one does alone.
/// </summary>
[MemoryDiagnoser]
public class RateTableBenchmarks
{
    private const int Operations = 16_384;

    private static readonly RateRule Rule = RateRule.Of(10, TimeSpan.FromSeconds(1), burst: 20);

    private RateTable _table = new(262_144);
    private ConcurrentDictionary<AddressKey, Word> _dictionary = null!;
    private PairedThreads _threads = null!;
    private Action<int> _useTable = null!;
    private Action<int> _useDictionary = null!;
    private long _comes;

    [Params(1, 1000, 200_000)]
    public int Clients { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _table = new RateTable(262_144);
        _dictionary = new ConcurrentDictionary<AddressKey, Word>(Environment.ProcessorCount, 262_144);
        _threads = new PairedThreads(Threads);
        _useTable = UseTable;
        _useDictionary = UseDictionary;
    }

    [GlobalCleanup]
    public void Cleanup() => _threads.Stop();

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public void Dictionary() => _threads.Run(_useDictionary);

    [Benchmark(OperationsPerInvoke = Operations)]
    public void TryTake() => _threads.Run(_useTable);

    private void UseTable(int thread)
    {
        long from = Interlocked.Add(ref _comes, Operations);
        for (long i = from; i < from + Operations; i++)
        {
            _ = _table.TryTake(1, Client(i), Rule, i / 1000);
        }
    }

    private void UseDictionary(int thread)
    {
        long from = Interlocked.Add(ref _comes, Operations);
        for (long i = from; i < from + Operations; i++)
        {
            Word word = _dictionary.GetOrAdd(Client(i), static _ => new Word());
            long due = Volatile.Read(ref word.Due);
            long next;
            while ((next = Rule.Take(due, i / 1000 * RateRule.TicksPerMillisecond)) != RateRule.Over)
            {
                long before = Interlocked.CompareExchange(ref word.Due, next, due);
                if (before == due)
                {
                    break;
                }

                due = before;
            }
        }
    }

    private AddressKey Client(long number) => AddressKey.FromIPv4((uint)(number % Clients) * 2_654_435_761);

    private sealed class Word
    {
        public long Due;
    }
}
