// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>One pool, without its backends.</summary>
internal sealed record PoolMessage(
    string Name,
    string Scheduler,
    int Backends,
    int UsableBackends,
    int ActiveConnections,
    int AffinityEntries,
    bool IsFailingOpen,
    double ConnectTimeoutSeconds = 0,
    HealthCheckMessage? Health = null);
