// SPDX-License-Identifier: MIT
using LbEngine.Transport;
using LbEngine.Transport.Probes;

namespace LbEngine.Testing;

/// <summary>Puts a balancer on a network in memory.</summary>
public static class LoadBalancerBuilderExtensions
{
    /// <summary>Makes the balancer listen and connect on <paramref name="network"/> instead of on sockets, and tell time by the network's clock.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="network">The network; several balancers may share one.</param>
    /// <returns>The builder, so that calls can follow each other.</returns>
    /// <remarks>The <c>transport</c> of the configuration has no effect then. Health checks see whether a backend accepts, whatever else they ask.</remarks>
    public static LoadBalancerBuilder UseMemoryNetwork(this LoadBalancerBuilder builder, MemoryNetwork network)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(network);
        var memory = new TransportChoice(
            context => new MemoryTransport(network, context),
            time => new ProbeDrive(new MemoryProber(network), new TimerLoop(time)),
            UsesDescriptors: false,
            RunLater: network.RunLater);
        return builder.UseTimeProvider(network.TimeProvider).UseHostResolver(network.Names).UseTransport(memory);
    }
}
