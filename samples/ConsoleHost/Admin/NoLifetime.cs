// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Hosting;

namespace LbEngine.ConsoleHost.Admin;

/// <summary>Leaves signals alone: the balancer decides when the admin interface ends, and it answers while the balancer drains.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
