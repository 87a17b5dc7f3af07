// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>One listener.</summary>
internal sealed record ListenerMessage(
    string Name,
    string Protocol,
    string Address,
    string Pool,
    int ActiveConnections,
    long AcceptedConnections,
    long RejectedConnections,
    DatagramMessage? Datagrams);
