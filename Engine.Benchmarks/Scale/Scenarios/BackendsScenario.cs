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
        new ScaleCurve("backends-connection", "CPU of a short TCP connection through the balancer", "backends", "CPU µs per connection", MeasureConnections(plan)),
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

            // One round more: the first one only warms up.
            for (int round = 0; round <= plan.Rounds; round++)
            {
                foreach ((string name, Action run) in picks)
                {
                    double nanoseconds = TimePick(run, plan.Window / 5);
                    if (round > 0)
                    {
                        samples.Add(name, backends, nanoseconds);
                    }
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
        var document = new BalancerDocument();
        List<(string Scheduler, int Backends, IPEndPoint Entrance)> entrances = [];
        foreach (int backends in plan.Backends)
        {
            foreach (string scheduler in Schedulers)
            {
                string name = $"{scheduler}-{backends}";
                var entrance = new IPEndPoint(LoopbackAddress.Of(LoopbackAddress.Listeners, entrances.Count), Ports.Balancer);
                document.AddPool(name, Enumerable.Range(0, backends).Select(i => new IPEndPoint(LoopbackAddress.Of(LoopbackAddress.Backends, i), Ports.Backend)), scheduler);
                document.AddListener(name, entrance, name);
                entrances.Add((scheduler, backends, entrance));
            }
        }

        CorePlan cores = CorePlan.For(document.Reactors, plan.Cores);
        using var backend = new BackendProcess(cores.Load, TcpEchoCommand.Name, Ports.Backend);
        using var balancer = new BalancerProcess(cores.Balancer, document);
        using var load = new ShortLoad(ScalePlan.InFlight);
        load.Run(10 * plan.ShortConnections, [.. entrances.Select(one => one.Entrance)]);
        for (int round = 0; round < plan.Rounds; round++)
        {
            foreach ((string scheduler, int backends, IPEndPoint entrance) in entrances)
            {
                double microseconds = balancer.Measure(() => load.Run(plan.ShortConnections, [entrance]));
                samples.Add(scheduler, backends, microseconds / plan.ShortConnections);
            }
        }

        return samples.ToSeries();
    }
}
