// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>What a UDP listener has passed on.</summary>
/// <param name="ToBackends">Datagrams from clients.</param>
/// <param name="BytesToBackends">Their bytes.</param>
/// <param name="ToClients">Datagrams from backends.</param>
/// <param name="BytesToClients">Their bytes.</param>
/// <param name="Dropped">Datagrams that were not passed on.</param>
public sealed record DatagramMessage(long ToBackends, long BytesToBackends, long ToClients, long BytesToClients, long Dropped);
