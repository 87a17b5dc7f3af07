// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>How much goes through a listener, or to a backend: what lives and what has ended, leases not among it.</summary>
/// <param name="BytesToBackend">Since the start.</param>
/// <param name="BytesToClient">Since the start.</param>
/// <param name="ConnectionsPerSecond">New connections or flows, over the time that the whole message names.</param>
/// <param name="BytesToBackendPerSecond">In the same time.</param>
/// <param name="BytesToClientPerSecond">In the same time.</param>
public sealed record TrafficMessage(
    long BytesToBackend,
    long BytesToClient,
    double ConnectionsPerSecond,
    double BytesToBackendPerSecond,
    double BytesToClientPerSecond);
