// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;
using LbEngine.Benchmarks.Micro;
using LbEngine.Benchmarks.Scale.Curves;
using LbEngine.Benchmarks.Scale.Load;
using LbEngine.Benchmarks.Scale.Processes;
using LbEngine.Benchmarks.Tcp;
using LbEngine.Scheduling;

namespace LbEngine.Benchmarks.Scale.Scenarios;

/// <summary>Backends of one pool: what a pick costs by itself, and what a whole short connection costs.</summary>
internal sealed class BackendsScenario : IScaleScenario
{
    // The runtime compiles a body for good only after it ran for a while.
    private static readonly TimeSpan PickWarmUp = TimeSpan.FromMilliseconds(200);

    private static readonly string[] Schedulers =
    [
        SchedulerNames.SmoothWeightedRoundRobin,
        SchedulerNames.WeightedLeastConnections,
        SchedulerNames.PowerOfTwoChoices,
        SchedulerNames.SourceHash,
    ];

    public string Name => "backends";

    public IReadOnlyList<ScaleCurve> Run(ScalePlan plan) =>
    [
        new ScaleCurve("backends-pick", "Time of one pick, in process, one thread", "backends", "ns per pick", MeasurePicks(plan), IsLogarithmic: true),
        new ScaleCurve(
            "backends-connection",
            "CPU of a short TCP connection through the balancer",
            "backends",
            "CPU µs per connection",
            MeasureConnections(plan)),
    ];

    private static IReadOnlyList<ScaleSeries> MeasurePicks(ScalePlan plan)
    {
        var samples = new CurveSamples();
        foreach (int backends in plan.Backends)
        {
            var schedulers = new SchedulerBenchmarks { Backends = backends, Threads = 1 };
            schedulers.Setup();
            (string Name, Action Run)[] picks =
            [
                (Schedulers[0], schedulers.SelectBySmoothWeightedRoundRobin),
                (Schedulers[1], schedulers.SelectByWeightedLeastConnections),
                (Schedulers[2], schedulers.SelectByPowerOfTwoChoices),
                (Schedulers[3], schedulers.SelectBySourceHash),
                ("nginx's rule under a lock", schedulers.Baseline),
            ];

            foreach ((_, Action run) in picks)
            {
                TimePick(run, PickWarmUp);
            }

            for (int round = 0; round < plan.Rounds; round++)
            {
                foreach ((string name, Action run) in picks)
                {
                    samples.Add(name, backends, TimePick(run, plan.Window / 5));
                }
            }
        }

        return samples.ToSeries();
    }

    private static double TimePick(Action run, TimeSpan window)
    {
        long start = Stopwatch.GetTimestamp();
        long calls = 0;
        TimeSpan elapsed;
        do
        {
            run();
            calls++;
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        while (elapsed < window);

        return elapsed.TotalNanoseconds / ((double)calls * SchedulerBenchmarks.Picks);
    }

    private static IReadOnlyList<ScaleSeries> MeasureConnections(ScalePlan plan)
    {
        var samples = new CurveSamples();
        CorePlan cores = CorePlan.For(1, plan.Cores);
        using var backend = new BackendProcess(cores.Load, TcpEchoCommand.Name, Ports.Backend);
        using var load = new ShortLoad(ScalePlan.InFlight);
        var balancers = new List<BalancerProcess>();
        try
        {
            // One process for each scheduler, because a configuration has at most 1 MiB; those that are not measured sleep.
            for (int i = 0; i < Schedulers.Length; i++)
            {
                balancers.Add(new BalancerProcess(cores.Balancer, Document(i, plan.Backends)));
                load.Run(plan.WarmUpConnections, [.. plan.Backends.Select((_, row) => Entrance(i, row))]);
            }

            for (int round = 0; round < plan.Rounds; round++)
            {
                for (int row = 0; row < plan.Backends.Count; row++)
                {
                    for (int i = 0; i < Schedulers.Length; i++)
                    {
                        IPEndPoint entrance = Entrance(i, row);
                        double microseconds = balancers[i].Measure(() => load.Run(plan.ShortConnections, [entrance]));
                        samples.Add(Schedulers[i], plan.Backends[row], microseconds / plan.ShortConnections);
                    }
                }
            }
        }
        finally
        {
            balancers.ForEach(balancer => balancer.Dispose());
        }

        return samples.ToSeries();
    }

    /// <summary>A listener for each number of backends.</summary>
    private static BalancerDocument Document(int scheduler, IReadOnlyList<int> counts)
    {
        var document = new BalancerDocument();
        for (int row = 0; row < counts.Count; row++)
        {
            string name = $"of-{counts[row]}";
            IEnumerable<IPEndPoint> backends = Enumerable
                .Range(0, counts[row])
                .Select(i => new IPEndPoint(LoopbackAddress.Of(LoopbackAddress.Backends, i), Ports.Backend));
            document.AddPool(name, backends, Schedulers[scheduler]);
            document.AddListener(name, Entrance(scheduler, row), name);
        }

        return document;
    }

    private static IPEndPoint Entrance(int scheduler, int row) => new(LoopbackAddress.Of(LoopbackAddress.Listeners, (scheduler * 100) + row), Ports.Balancer);
}
