// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Observability;

/// <summary>What an engine is doing, read at one moment without stopping anything; counts of different lines may be a few events apart.</summary>
/// <param name="State">Where the engine is in its life.</param>
/// <param name="Transport">How bytes are moved: <c>linux</c>, <c>sockets</c> or <c>memory</c>.</param>
/// <param name="Capacity">The most connections and flows at once: the size of the connection table.</param>
/// <param name="ActiveConnections">Connections and flows that live now.</param>
/// <param name="Listeners">Entrances, in the order of the configuration; then those that were removed and still have connections.</param>
/// <param name="Pools">Pools, in the order of the configuration.</param>
/// <param name="Closed">Connections and flows that ended since the start, by reason; reasons that never occurred are absent.</param>
/// <param name="Rejected">Clients turned away since the start, by reason; reasons that never occurred are absent.</param>
/// <param name="Dropped">UDP datagrams that were not passed on since the start, by reason; reasons that never occurred are absent.</param>
public sealed record LoadBalancerStatus(
    LoadBalancerState State,
    string Transport,
    int Capacity,
    int ActiveConnections,
    IReadOnlyList<ListenerStatus> Listeners,
    IReadOnlyList<BackendPoolStatus> Pools,
    IReadOnlyDictionary<CloseReason, long> Closed,
    IReadOnlyDictionary<RejectReason, long> Rejected,
    IReadOnlyDictionary<DropReason, long> Dropped)
{
    /// <summary>Backends that reloads have removed and that still have connections, in no order.</summary>
    public IReadOnlyList<LeavingBackendStatus> LeavingBackends { get; init; } = [];

    /// <summary>
    /// True while the process that this one took over from still runs: it may have connections to every backend, of which nothing is known here.
    /// </summary>
    public bool PredecessorRuns { get; init; }

    /// <summary>The version of the library, such as <c>1.2.3</c>.</summary>
    public string Version { get; init; } = "";

    /// <summary>Time since the engine was started; zero before.</summary>
    public TimeSpan Uptime { get; init; }

    /// <summary>Time since the engine took its configuration: when it was built, and when it was given one last, be it the same again.</summary>
    public TimeSpan ConfigurationAge { get; init; }

    /// <summary>The time over which rates are taken, up to now: 5 to 10 seconds, less after the start, and more after a time without traffic or where
    /// there are very many connections. Zero before the start.</summary>
    public TimeSpan RateWindow { get; init; }
}
