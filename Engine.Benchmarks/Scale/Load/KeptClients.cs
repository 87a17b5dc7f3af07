// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Benchmarks.Scale.Curves;
using LbEngine.Benchmarks.Scale.Processes;
using LbEngine.Benchmarks.Scale.Scenarios;

namespace LbEngine.Benchmarks.Scale.Load;

/// <summary>Measures a balancer that holds more and more clients, each round with a fresh one: all of them active in turn, and a few of them.</summary>
/// <param name="type">Connections or flows.</param>
/// <param name="echoCommand">The backend.</param>
/// <param name="document">What the balancer does.</param>
/// <param name="counts">How many clients, in rising order.</param>
internal sealed class KeptClients(SocketType type, string echoCommand, BalancerDocument document, IReadOnlyList<int> counts)
{
    // Below this many, what the runtime itself takes meanwhile is more than what the clients take.
    private const int LeastForMemory = 1000;

    public CurveSamples Processor { get; } = new();

    public CurveSamples Memory { get; } = new();

    public void Measure(ScalePlan plan)
    {
        CorePlan cores = CorePlan.For(document.Reactors, plan.Cores);
        using var backend = new BackendProcess(cores.Load, echoCommand, Ports.Backend);
        for (int round = 0; round < plan.Rounds; round++)
        {
            using var balancer = new BalancerProcess(cores.Balancer, document);
            using var load = new PingLoad(type, Ports.BalancerEndPoint);
            load.Grow(counts[0]);
            load.Run(counts[0], ScalePlan.InFlight, plan.WarmUp);
            long before = balancer.ReadPrivateBytes();
            foreach (int count in counts)
            {
                load.Grow(count);
                Add("all in turn", count, count);
                Add($"{ScalePlan.InFlight} of them, the others idle", count, ScalePlan.InFlight);
                if (count >= LeastForMemory)
                {
                    Memory.Add("private memory", count, (double)(balancer.ReadPrivateBytes() - before) / (count - counts[0]));
                }
            }

            if (load.Lost > 0)
            {
                Console.WriteLine($"{load.Lost} datagrams had no reply within 500 ms and were sent again: lost, or the machine was busy.");
            }

            void Add(string series, int count, int active)
            {
                long replies = 0;
                double microseconds = balancer.Measure(() => replies = load.Run(active, ScalePlan.InFlight, plan.Window));
                Processor.Add(series, count, microseconds / replies);
            }
        }
    }
}
