// SPDX-License-Identifier: MIT
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using LbEngine.Timing;

namespace LbEngine.Benchmarks.Micro;

/// <summary>The timer wheel against a PriorityQueue, with <see cref="Waiting"/> other timers in both.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class TimerWheelBenchmarks
{
    internal const int Operations = 1024;
    private const int IdleTimeoutMilliseconds = 900_000;

    private readonly Node[] _nodes = new Node[Operations];
    private TimerWheel _wheel = null!;
    private PriorityQueue<Node, long> _queue = null!;
    private long _wheelNow;
    private long _queueNow;

    [Params(1_000, 100_000)]
    public int Waiting { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _wheel = new TimerWheel(0);
        _queue = new PriorityQueue<Node, long>(Waiting + Operations);
        var random = new Random(1);
        for (int i = 0; i < Waiting; i++)
        {
            int deadline = random.Next(IdleTimeoutMilliseconds);
            _wheel.Schedule(new Node(), deadline);
            _queue.Enqueue(new Node(), deadline);
        }

        for (int i = 0; i < Operations; i++)
        {
            _nodes[i] = new Node();
        }
    }

    /// <summary>PriorityQueue has Remove, but it searches the whole heap; the usual way is to leave the dead entry until it comes up.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Operations), BenchmarkCategory("ScheduleThenCancel")]
    public void ScheduleThenCancelBaseline()
    {
        // Deadlines before all others, so that the dead entries come up next: the cheapest case for a heap.
        foreach (Node node in _nodes)
        {
            _queue.Enqueue(node, -1);
        }

        for (int i = 0; i < Operations; i++)
        {
            _queue.Dequeue();
        }
    }

    [Benchmark(OperationsPerInvoke = Operations), BenchmarkCategory("ScheduleThenCancel")]
    public void ScheduleThenCancel()
    {
        foreach (Node node in _nodes)
        {
            _wheel.Schedule(node, _wheelNow + 5_000);
        }

        foreach (Node node in _nodes)
        {
            _wheel.Cancel(node);
        }
    }

    /// <summary>Takes the next timers as time passes and schedules each again for an idle time-out later.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Operations), BenchmarkCategory("ExpireThenSchedule")]
    public void ExpireThenScheduleBaseline()
    {
        for (int i = 0; i < Operations;)
        {
            while (i < Operations && _queue.TryPeek(out Node? node, out long deadline) && deadline <= _queueNow)
            {
                _queue.Dequeue();
                _queue.Enqueue(node, _queueNow + IdleTimeoutMilliseconds);
                i++;
            }

            _queue.TryPeek(out _, out long next);
            _queueNow = Math.Max(_queueNow, next);
        }
    }

    [Benchmark(OperationsPerInvoke = Operations), BenchmarkCategory("ExpireThenSchedule")]
    public void ExpireThenSchedule()
    {
        for (int i = 0; i < Operations;)
        {
            while (i < Operations && _wheel.TryTakeExpired(_wheelNow) is TimerNode node)
            {
                _wheel.Schedule(node, _wheelNow + IdleTimeoutMilliseconds);
                i++;
            }

            _wheelNow += _wheel.MillisecondsUntilNext(_wheelNow);
        }
    }

    private sealed class Node : TimerNode;
}
