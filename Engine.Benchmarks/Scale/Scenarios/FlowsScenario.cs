// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Benchmarks.Scale.Curves;
using LbEngine.Benchmarks.Scale.Load;
using LbEngine.Benchmarks.Scale.Processes;
using LbEngine.Benchmarks.Udp;

namespace LbEngine.Benchmarks.Scale.Scenarios;

/// <summary>
/// UDP flows: what a datagram and its reply cost, and what a flow takes in memory. 18,000 is what the source ports of one address and 20,000
/// descriptors allow.
/// </summary>
internal sealed class FlowsScenario : IScaleScenario
{
    public string Name => "flows";

    public IReadOnlyList<ScaleCurve> Run(ScalePlan plan)
    {
        var document = new BalancerDocument();
        document.AddListener("dns", Ports.BalancerEndPoint, "site", "udp");
        document.AddPool("site", [Ports.BackendEndPoint]);
        var kept = new KeptClients(SocketType.Dgram, UdpEchoCommand.Name, document, plan.Flows);
        kept.Measure(plan);
        return
        [
            new ScaleCurve("flows-cpu", "CPU of a datagram and its reply", "UDP flows", "CPU µs per datagram and reply", kept.Processor.ToSeries()),
            new ScaleCurve("flows-memory", "Memory of the balancer's process per UDP flow", "UDP flows", "private bytes per flow", kept.Memory.ToSeries()),
        ];
    }
}
