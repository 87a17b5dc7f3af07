// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Versus.Tools;

namespace LbEngine.Benchmarks.Versus.Contenders;

/// <summary>Where one balancer, or the backends behind all of them, listen.</summary>
/// <param name="Web">HTTP; short and kept connections.</param>
/// <param name="SecondWeb">The second HTTP backend; a balancer has none.</param>
/// <param name="Bulk">Long streams.</param>
/// <param name="Ping">Small messages to and fro.</param>
/// <param name="Datagrams">UDP.</param>
/// <param name="SecondDatagrams">The second UDP backend; a balancer has none.</param>
/// <param name="ProxyOut">HTTP that goes on with a PROXY header; the backend that expects one.</param>
/// <param name="ProxyIn">HTTP that comes with a PROXY header.</param>
/// <param name="Feeder">Where somebody else puts that header before it.</param>
/// <param name="Named">TLS that goes on by the name that the client asks for; the backend that ends it.</param>
internal sealed record EntrancePorts(
    int Web,
    int SecondWeb,
    int Bulk,
    int Ping,
    int Datagrams,
    int SecondDatagrams,
    int ProxyOut,
    int ProxyIn,
    int Feeder,
    int Named)
{
    public static EntrancePorts Take(FreePorts ports) => new(
        ports.Take(),
        ports.Take(),
        ports.Take(),
        ports.Take(),
        ports.Take(),
        ports.Take(),
        ports.Take(),
        ports.Take(),
        ports.Take(),
        ports.Take());
}
