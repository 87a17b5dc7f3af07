// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>One pool, without its backends.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Scheduler">Who picks its backends.</param>
/// <param name="Backends">How many it has.</param>
/// <param name="UsableBackends">Those that take new traffic: ready, not down, not ejected, with a weight.</param>
/// <param name="ActiveConnections">Live connections and flows.</param>
/// <param name="AffinityEntries">Remembered choices.</param>
/// <param name="IsFailingOpen">No backend is healthy, so all are used.</param>
/// <param name="ConnectTimeoutSeconds">How long a backend may take to accept.</param>
/// <param name="Health">What its health check asks; null without one.</param>
public sealed record PoolMessage(
    string Name,
    string Scheduler,
    int Backends,
    int UsableBackends,
    int ActiveConnections,
    int AffinityEntries,
    bool IsFailingOpen,
    double ConnectTimeoutSeconds = 0,
    HealthCheckMessage? Health = null)
{
    /// <summary>The PROXY header that its backends get first, <c>v1</c> or <c>v2</c>; null for none.</summary>
    public string? SendProxy { get; init; }

    /// <summary><c>transparent</c> where its backends see the client's own address; null where they see the balancer's.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>From where its backends are connected to; null for whatever the system takes.</summary>
    public IReadOnlyList<string>? Source { get; init; }
}
