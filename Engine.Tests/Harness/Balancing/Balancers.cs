// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.Tests.Harness.Balancing;

/// <summary>Starts any kind of balancer.</summary>
internal static class Balancers
{
    public static async Task<IBalancer> StartAsync(BalancerKind kind, BalancerSettings settings) => kind switch
    {
        BalancerKind.Linux => await EngineBalancer.StartAsync(TransportKind.Linux, settings),
        BalancerKind.Sockets => await EngineBalancer.StartAsync(TransportKind.Sockets, settings),
        BalancerKind.HaProxy => await HaProxyBalancer.StartAsync(settings),
        BalancerKind.Nginx => await NginxBalancer.StartAsync(settings),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
