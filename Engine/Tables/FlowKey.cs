// SPDX-License-Identifier: MIT
namespace LbEngine.Tables;

/// <summary>What makes a connection or flow unique: its client and the listener that it came through.</summary>
/// <param name="Client">The client's address and port.</param>
/// <param name="ListenerId">The listener's number in this engine; UDP and TCP listeners never share one.</param>
/// <param name="LocalAddressId">Which of the host's addresses a UDP client used, numbered by the transport: a client that uses two has two flows, so
/// that replies leave from the right one. 0 where there is but one.</param>
internal readonly record struct FlowKey(EndPointKey Client, ushort ListenerId, ushort LocalAddressId = 0)
{
    /// <summary>Who brings a UDP client, and gets its replies; default where it comes by itself. One client that two bring has two flows.</summary>
    public EndPointKey Peer { get; init; }
}
