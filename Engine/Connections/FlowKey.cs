// SPDX-License-Identifier: MIT
namespace LbEngine.Connections;

/// <summary>What makes a connection or flow unique: its client and the listener that it came through.</summary>
/// <param name="Client">The client's address and port.</param>
/// <param name="ListenerId">The listener's number in this engine; UDP and TCP listeners never share one.</param>
internal readonly record struct FlowKey(EndPointKey Client, int ListenerId);
