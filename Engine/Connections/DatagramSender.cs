// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Connections;

/// <summary>Who has sent a datagram, as its listener takes it.</summary>
/// <param name="Client">Who the client is: whom limits, affinity, table and logs go by.</param>
/// <param name="Peer">Who brings the client, whose datagram it is on the wire, and who gets the replies; default where that is the client.</param>
/// <param name="Destination">Where the client has sent it to, as who brings it says; default where the address at which it came in says so.</param>
internal readonly record struct DatagramSender(EndPointKey Client, EndPointKey Peer = default, EndPointKey Destination = default);
