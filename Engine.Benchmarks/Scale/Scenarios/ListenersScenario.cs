// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Benchmarks.Scale.Curves;
using LbEngine.Benchmarks.Scale.Load;
using LbEngine.Benchmarks.Scale.Processes;
using LbEngine.Benchmarks.Tcp;

namespace LbEngine.Benchmarks.Scale.Scenarios;

/// <summary>Listeners that a reload adds and removes again, and what a connection through one of them costs.</summary>
internal sealed class ListenersScenario : IScaleScenario
{
    private const int KeptConnections = 64;

    public string Name => "listeners";

    public IReadOnlyList<ScaleCurve> Run(ScalePlan plan)
    {
        var reloads = new CurveSamples();
        var memory = new CurveSamples();
        var processor = new CurveSamples();
        var requests = new CurveSamples();
        CorePlan cores = CorePlan.For(1, plan.Cores);
        using var backend = new BackendProcess(cores.Load, TcpEchoCommand.Name, Ports.Backend);
        for (int round = 0; round < plan.Rounds; round++)
        {
            using var balancer = new BalancerProcess(cores.Balancer, Document(1));
            using var load = new ShortLoad(ScalePlan.InFlight);
            load.Run(plan.WarmUpConnections, Entrances(1));
            using var kept = new PingLoad(SocketType.Stream, Entrances(1)[0]);
            kept.Grow(KeptConnections);
            kept.Run(KeptConnections, ScalePlan.InFlight, plan.WarmUp);

            // The code of a reload is compiled before one is timed.
            balancer.Reload(Document(100));
            balancer.Reload(Document(1));
            long before = balancer.ReadPrivateBytes();
            foreach (int count in plan.Listeners)
            {
                double added = balancer.Reload(Document(count)).TotalMilliseconds;
                load.Run(plan.ShortConnections / 4, Entrances(count));
                double microseconds = balancer.Measure(() => load.Run(plan.ShortConnections, Entrances(count)));
                processor.Add("connections to all of them in turn", count, microseconds / plan.ShortConnections);
                long replies = 0;
                microseconds = balancer.Measure(() => replies = kept.Run(KeptConnections, ScalePlan.InFlight, plan.Window));
                requests.Add("requests on connections of one of them", count, microseconds / replies);
                if (count > 1)
                {
                    reloads.Add("reload that adds them", count, added);
                    memory.Add("private memory, with what the reload left to collect", count, (double)(balancer.ReadPrivateBytes() - before) / (count - 1));
                    reloads.Add("reload that removes them", count, balancer.Reload(Document(1)).TotalMilliseconds);
                }
            }
        }

        return
        [
            new ScaleCurve(
                "listeners-reload",
                "Time of a reload that adds listeners to one, and of one that removes them",
                "listeners",
                "ms, with the 250 ms for which a reload waits for others",
                reloads.ToSeries(),
                IsLogarithmic: true),
            new ScaleCurve("listeners-memory", "Memory of the balancer's process per listener", "listeners", "private bytes per listener", memory.ToSeries()),
            new ScaleCurve("listeners-cpu", "CPU of a short TCP connection", "listeners", "CPU µs per connection", processor.ToSeries()),
            new ScaleCurve(
                "listeners-request",
                "CPU of a request over kept TCP connections, while other listeners do nothing",
                "listeners",
                "CPU µs per request and reply",
                requests.ToSeries()),
        ];
    }

    private static IReadOnlyList<IPEndPoint> Entrances(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new IPEndPoint(LoopbackAddress.Of(LoopbackAddress.Listeners, i), Ports.Balancer))];

    private static BalancerDocument Document(int listeners)
    {
        var document = new BalancerDocument();
        document.AddPool("site", Enumerable.Range(0, 8).Select(i => new IPEndPoint(LoopbackAddress.Of(LoopbackAddress.Backends, i), Ports.Backend)));
        foreach ((int index, IPEndPoint entrance) in Entrances(listeners).Index())
        {
            document.AddListener($"l{index}", entrance, "site");
        }

        return document;
    }
}
