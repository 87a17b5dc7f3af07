// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Connections;

/// <summary>A client that was just accepted, or whose first datagram has just come.</summary>
/// <param name="Listener">The entrance it came through.</param>
/// <param name="Client">Its address and port; where somebody brings it, those that a PROXY header names.</param>
/// <param name="Owner">The number of the reactor (or other owner) that will hold the connection.</param>
/// <param name="NowMilliseconds">Clock time of the accept.</param>
internal readonly record struct Arrival(Listener Listener, EndPointKey Client, ushort Owner, long NowMilliseconds)
{
    /// <summary>The address of this host that the client went to; default where nobody has asked for it, or the listener has but one.</summary>
    public AddressKey Local { get; init; }

    /// <summary>Who inspects the client, should it be inspected; null where nobody counts such clients.</summary>
    public IInspectionHolder? Holder { get; init; }

    /// <summary>UDP: who brings the client; default where it has come by itself. Over TCP that is known only later.</summary>
    public EndPointKey Peer { get; init; }

    /// <summary>UDP: where the client went, as who brings it says; default where <see cref="Local"/> says so.</summary>
    public EndPointKey Destination { get; init; }

    /// <summary>Who has sent what has come, as the transport sees it.</summary>
    public EndPointKey Source => Peer == default ? Client : Peer;
}
