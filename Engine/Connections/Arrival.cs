// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Connections;

/// <summary>A client that was just accepted, or whose first datagram has just come.</summary>
/// <param name="Listener">The entrance it came through.</param>
/// <param name="Client">Its address and port.</param>
/// <param name="Owner">The number of the reactor (or other owner) that will hold the connection.</param>
/// <param name="NowMilliseconds">Clock time of the accept.</param>
internal readonly record struct Arrival(Listener Listener, EndPointKey Client, ushort Owner, long NowMilliseconds)
{
    /// <summary>The address of this host that the client went to; default where nobody has asked for it, or the listener has but one.</summary>
    public AddressKey Local { get; init; }

    /// <summary>Who inspects the client, should it be inspected; null where nobody counts such clients.</summary>
    public IInspectionHolder? Holder { get; init; }
}
