// SPDX-License-Identifier: MIT
namespace LbEngine.Lifecycle;

/// <summary>What a UDP listener demands of its flows. 0 means unlimited everywhere but in the time-outs.</summary>
/// <param name="Requests">Datagrams of the client that belong to one flow; the next one begins another flow.</param>
/// <param name="Responses">Replies that are expected for each datagram of the client; when all have come the flow ends.</param>
/// <param name="MaxReplyRatio">Bytes to the client for each byte from it, until the client has sent again after a reply.</param>
/// <param name="IdleTimeoutMilliseconds">Time without a datagram until an answered flow ends.</param>
/// <param name="UnansweredTimeoutMilliseconds">The same while the backend has never answered.</param>
/// <param name="IsOneWay">Nobody replies: each datagram is placed by itself, and nothing is kept of it.</param>
internal sealed record FlowRules(
    int Requests,
    int Responses,
    int MaxReplyRatio,
    int IdleTimeoutMilliseconds,
    int UnansweredTimeoutMilliseconds,
    bool IsOneWay = false)
{
    public static FlowRules Default { get; } = new(0, 0, 0, 60_000, 10_000);
}
