// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>What the balancer is doing: the reply of <c>GET /v1/status</c>.</summary>
/// <param name="State"><c>created</c>, <c>running</c>, <c>draining</c> or <c>stopped</c>.</param>
/// <param name="Transport"><c>linux</c>, <c>sockets</c> or <c>memory</c>.</param>
/// <param name="Capacity">The most connections and flows at once.</param>
/// <param name="ActiveConnections">Live connections and flows.</param>
/// <param name="Listeners">In the order of the configuration.</param>
/// <param name="Pools">In the order of the configuration.</param>
/// <param name="Closed">Ended connections and flows by reason; those that occurred.</param>
/// <param name="Rejected">Clients turned away, by reason; those that occurred.</param>
/// <param name="Dropped">UDP datagrams that were not passed on, by reason; those that occurred.</param>
public sealed record StatusMessage(
    string State,
    string Transport,
    int Capacity,
    int ActiveConnections,
    IReadOnlyList<ListenerMessage> Listeners,
    IReadOnlyList<PoolMessage> Pools,
    IReadOnlyDictionary<string, long> Closed,
    IReadOnlyDictionary<string, long> Rejected,
    IReadOnlyDictionary<string, long> Dropped)
{
    /// <summary>The version of the balancer; null from one that does not say.</summary>
    public string? Version { get; init; }

    /// <summary>Since it was started; null from one that does not say.</summary>
    public double? UptimeSeconds { get; init; }

    /// <summary>What it goes by; null from one that does not say.</summary>
    public ConfigurationMessage? Configuration { get; init; }

    /// <summary>The time over which rates are taken; null from one that has none.</summary>
    public double? RatesOverSeconds { get; init; }
}
