// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Benchmarks.Scale.Curves;
using LbEngine.Benchmarks.Scale.Load;
using LbEngine.Benchmarks.Scale.Processes;
using LbEngine.Benchmarks.Tcp;

namespace LbEngine.Benchmarks.Scale.Scenarios;

/// <summary>Kept TCP connections: what a request costs and what a connection takes in memory.</summary>
internal sealed class ConnectionsScenario : IScaleScenario
{
    public string Name => "connections";

    public IReadOnlyList<ScaleCurve> Run(ScalePlan plan)
    {
        var document = new BalancerDocument();
        document.AddListener("web", Ports.BalancerEndPoint, "site");
        document.AddPool("site", [Ports.BackendEndPoint]);
        var kept = new KeptClients(SocketType.Stream, TcpEchoCommand.Name, document, plan.Connections);
        kept.Measure(plan);
        return
        [
            new ScaleCurve(
                "connections-cpu",
                "CPU of a request over kept TCP connections",
                "connections",
                "CPU µs per request and reply",
                kept.Processor.ToSeries()),
            new ScaleCurve(
                "connections-memory",
                "Memory of the balancer's process per TCP connection",
                "connections",
                "private bytes per connection",
                kept.Memory.ToSeries()),
        ];
    }
}
