// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net.Sockets;
using LbEngine.Benchmarks.Scale.Curves;
using LbEngine.Benchmarks.Scale.Load;
using LbEngine.Benchmarks.Scale.Processes;
using LbEngine.Benchmarks.Tcp;

namespace LbEngine.Benchmarks.Scale.Scenarios;

/// <summary>Reactors, each with a core: throughput, and what a request costs. With as many reactors as cores the load shares theirs.</summary>
internal sealed class ReactorsScenario : IScaleScenario
{
    private const int ConnectionsPerThread = 256;
    private const int InFlightPerThread = 64;

    public string Name => "reactors";

    public IReadOnlyList<ScaleCurve> Run(ScalePlan plan)
    {
        var throughput = new CurveSamples();
        var processor = new CurveSamples();
        for (int round = 0; round < plan.Rounds; round++)
        {
            foreach (int reactors in plan.Reactors)
            {
                Measure(plan, reactors, throughput, processor);
            }
        }

        return
        [
            new ScaleCurve("reactors-throughput", "Requests per second of kept TCP connections", "reactors", "requests per second", throughput.ToSeries()),
            new ScaleCurve("reactors-cpu", "CPU of a request over kept TCP connections", "reactors", "CPU µs per request and reply", processor.ToSeries()),
        ];
    }

    private static void Measure(ScalePlan plan, int reactors, CurveSamples throughput, CurveSamples processor)
    {
        var document = new BalancerDocument { Reactors = reactors };
        document.AddListener("web", Ports.BalancerEndPoint, "site");
        document.AddPool("site", [Ports.BackendEndPoint]);
        CorePlan cores = CorePlan.For(reactors, plan.Cores);
        int threads = Math.Max(1, plan.Cores / 2);
        using var backend = new BackendProcess(cores.Load, TcpEchoCommand.Name, Ports.Backend, threads);
        using var balancer = new BalancerProcess(cores.Balancer, document);
        PingLoad[] loads = [.. Enumerable.Range(0, threads).Select(_ => new PingLoad(SocketType.Stream, Ports.BalancerEndPoint))];
        try
        {
            Array.ForEach(loads, load => load.Grow(ConnectionsPerThread));
            RunAll(loads, plan.WarmUp);
            long replies = 0;
            long start = Stopwatch.GetTimestamp();
            double microseconds = balancer.Measure(() => replies = RunAll(loads, plan.Window));
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            throughput.Add("all cores for the rest", reactors, replies / seconds);
            processor.Add("the balancer's process", reactors, microseconds / replies);
        }
        finally
        {
            Array.ForEach(loads, load => load.Dispose());
        }
    }

    private static long RunAll(PingLoad[] loads, TimeSpan time)
    {
        var replies = new long[loads.Length];
        Thread[] threads = [.. loads.Select((load, index) => new Thread(() => replies[index] = load.Run(ConnectionsPerThread, InFlightPerThread, time)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return replies.Sum();
    }
}
