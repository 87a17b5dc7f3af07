// SPDX-License-Identifier: MIT
namespace LbEngine.Observability;

/// <summary>What a UDP listener has done with datagrams since the start.</summary>
/// <param name="ToBackends">Datagrams passed on to backends.</param>
/// <param name="BytesToBackends">Their payload bytes.</param>
/// <param name="ToClients">Datagrams passed on to clients.</param>
/// <param name="BytesToClients">Their payload bytes.</param>
/// <param name="Dropped">Datagrams in either direction that were not passed on; <see cref="LoadBalancerStatus.Dropped"/> says why.</param>
public sealed record DatagramStatus(
    long ToBackends,
    long BytesToBackends,
    long ToClients,
    long BytesToClients,
    long Dropped);
