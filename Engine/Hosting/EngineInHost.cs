// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace LbEngine.Hosting;

/// <summary>The engine of a host, and what is needed to read its configuration again.</summary>
/// <param name="Balancer">The engine.</param>
/// <param name="Schedulers">Every scheduler that a pool may name.</param>
/// <param name="Logger">The engine's logger.</param>
/// <param name="TimeProvider">Source of monotonic time.</param>
/// <param name="Followed">The section whose changes are followed; null for none.</param>
internal sealed record EngineInHost(
    LoadBalancer Balancer, IReadOnlyCollection<string> Schedulers, ILogger Logger, TimeProvider TimeProvider, IConfiguration? Followed)
{
    /// <summary>Reads a section. That there is none is one mistake, and not one for each thing that it would have to say.</summary>
    public static LoadBalancerOptionsReadResult Read(IConfiguration section, IReadOnlyCollection<string> schedulers) =>
        section is IConfigurationSection { } named && !named.Exists()
            ? LoadBalancerOptionsReadResult.FromError(new ConfigurationError("", $"the configuration has no section {named.Path}"))
            : LoadBalancerOptionsReader.Read(section, schedulers);
}
