// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>What the balancer is doing: the reply of <c>GET /v1/status</c>.</summary>
internal sealed record StatusMessage(
    string State,
    string Transport,
    int Capacity,
    int ActiveConnections,
    IReadOnlyList<ListenerMessage> Listeners,
    IReadOnlyList<PoolMessage> Pools,
    IReadOnlyDictionary<string, long> Closed,
    IReadOnlyDictionary<string, long> Rejected,
    IReadOnlyDictionary<string, long> Dropped);
