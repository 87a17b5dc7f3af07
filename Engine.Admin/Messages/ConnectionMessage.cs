// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>One live connection or flow.</summary>
/// <param name="Id">Names it for <c>DELETE /v1/connections/{id}</c>; never used again for another one.</param>
/// <param name="Client">Address and port.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Listener">Where it came in.</param>
/// <param name="Pool">Its pool.</param>
/// <param name="Backend">Its backend.</param>
/// <param name="Phase">What it is doing, such as <c>connecting</c> or <c>relaying</c>.</param>
/// <param name="AgeSeconds">Since it was accepted.</param>
/// <param name="IdleSeconds">Since a byte was moved.</param>
/// <param name="BytesToBackend">From the client.</param>
/// <param name="BytesToClient">From the backend.</param>
public sealed record ConnectionMessage(
    string Id,
    string Client,
    string Protocol,
    string Listener,
    string Pool,
    string Backend,
    string Phase,
    double AgeSeconds,
    double IdleSeconds,
    long BytesToBackend,
    long BytesToClient)
{
    /// <summary>Address and port of who brings the client, where a PROXY header has told who that is; null where the client itself has connected.</summary>
    public string? Peer { get; init; }

    /// <summary>Over its life; null from a balancer that does not say.</summary>
    public double? BytesToBackendPerSecond { get; init; }

    /// <summary>Over its life; null from a balancer that does not say.</summary>
    public double? BytesToClientPerSecond { get; init; }
}
