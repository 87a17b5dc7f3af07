// SPDX-License-Identifier: MIT
namespace LbEngine.Observability;

/// <summary>How much goes through a listener, or to a backend: what lives and what has ended. Leases are not among it, but for the connections per
/// second of a backend.</summary>
/// <param name="BytesToBackend">Bytes that backends have taken since the start; over UDP, of payload.</param>
/// <param name="BytesToClient">Bytes that clients have taken since the start.</param>
/// <param name="ConnectionsPerSecond">New connections or flows a second, over <see cref="LoadBalancerStatus.RateWindow"/>.</param>
/// <param name="BytesToBackendPerSecond">Bytes a second in the same time.</param>
/// <param name="BytesToClientPerSecond">Bytes a second in the same time.</param>
public sealed record TrafficStatus(
    long BytesToBackend,
    long BytesToClient,
    double ConnectionsPerSecond,
    double BytesToBackendPerSecond,
    double BytesToClientPerSecond)
{
    /// <summary>Nothing yet.</summary>
    internal static TrafficStatus None { get; } = new(0, 0, 0, 0, 0);
}
