// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;

namespace LbEngine.Configuration;

/// <summary>A named group of backends with one scheduler and one affinity rule.</summary>
public sealed class BackendPoolOptions
{
    /// <summary>Name of the scheduler: one of <see cref="SchedulerNames"/> or one that was added to the builder. Default weighted least connections.</summary>
    public string Scheduler { get; set; } = SchedulerNames.WeightedLeastConnections;

    /// <summary>Source-IP affinity; null for off. Default off.</summary>
    public AffinityOptions? Affinity { get; set; }

    /// <summary>How long a backend may take to accept a connection, 10 ms to 5 minutes. Default 5 s.</summary>
    /// <remarks>Then the next backend is tried, so a client may wait this long <see cref="ConnectAttempts"/> times.</remarks>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Distinct backends tried before the client is turned away, 1 to 8. Default 3.</summary>
    public int ConnectAttempts { get; set; } = 3;

    /// <summary>Backends by name.</summary>
    public IDictionary<string, BackendOptions> Backends { get; } = new Dictionary<string, BackendOptions>(StringComparer.Ordinal);
}
