// SPDX-License-Identifier: MIT
namespace LbEngine.Observability;

/// <summary>One pool at one moment.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Scheduler">Name of its scheduler.</param>
/// <param name="AffinityEntries">Clients whose choice is remembered now; 0 when affinity is off.</param>
/// <param name="IsFailingOpen">True while no backend is healthy, so that all are used.</param>
/// <param name="IsAllDown">True while no backend is healthy, whether all are used or clients are turned away.</param>
/// <param name="Backends">Its backends, in the order in which they came.</param>
/// <param name="Names">Those of its configured backends that are host names, in the order of the configuration.</param>
public sealed record BackendPoolStatus(
    string Name,
    string Scheduler,
    int AffinityEntries,
    bool IsFailingOpen,
    bool IsAllDown,
    IReadOnlyList<BackendStatus> Backends,
    IReadOnlyList<NameStatus> Names);
