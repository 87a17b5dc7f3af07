// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Tables;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>A client that was accepted and not yet placed.</summary>
/// <param name="Listener">Where it came in; its leave to be accepted was taken there.</param>
/// <param name="Descriptor">Its socket, owned by whoever holds this.</param>
/// <param name="Address">Its address and port.</param>
internal readonly record struct AcceptedClient(Listener Listener, int Descriptor, EndPointKey Address);
