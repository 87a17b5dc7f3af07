// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Hosting;

namespace LbEngine.Hosting;

/// <summary>Starts the engine with the host and drains it when the host stops.</summary>
internal sealed class LoadBalancerHostedService(LoadBalancer balancer) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => balancer.StartAsync(cancellationToken);

    /// <summary>Drains. When the host loses its patience, what is left is closed at once.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await balancer.DrainAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Disposing ends the drain, and the host is told that the stop has worked: it was asked for.
        }

        await balancer.DisposeAsync().ConfigureAwait(false);
    }
}
