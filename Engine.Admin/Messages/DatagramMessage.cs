// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>What a UDP listener has passed on.</summary>
internal sealed record DatagramMessage(long ToBackends, long BytesToBackends, long ToClients, long BytesToClients, long Dropped);
