// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>What a scheduler may know about the connection or flow that it places.</summary>
/// <param name="ClientHash">Fixed-seed 64-bit hash of the client address without its port; equal on every node for equal addresses.</param>
/// <param name="IsDatagram">True for a UDP flow, false for a TCP connection and for a lease.</param>
/// <param name="Excluded">Backends that were tried for this connection already and must not be picked again.</param>
public readonly record struct SchedulingContext(ulong ClientHash, bool IsDatagram, ExclusionSet Excluded);
