// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Transport;

/// <summary>The seam between mechanism and policy for UDP, twin of <see cref="ITcpForwarder"/>. No socket crosses it.</summary>
/// <remarks>
/// Order of calls for one flow: Admit; after a placed one at most one Answered; and exactly one Ended, whatever happened before. A
/// rejected Admit needs no Ended. Datagrams of a flow that lives need no call but <see cref="Keeps"/>. Thread-safe for different
/// flows. Never throws, never blocks.
/// </remarks>
internal interface IUdpForwarder
{
    /// <summary>
    /// Places the client of a first datagram: takes the table entry and every count at once, or nothing at all. Backends in
    /// <see cref="PlacedClient.Tried"/> are left out. When there is no room, the oldest flow that was never answered has to go:
    /// <paramref name="evictor"/> is asked for that, at most once.
    /// </summary>
    Placement Admit(Flow flow, in Arrival arrival, IFlowEvictor evictor);

    /// <summary>True while the flow may go on with its backend. False: end it with <see cref="CloseReason.BackendLeft"/> and admit the datagram anew.</summary>
    bool Keeps(Flow flow);

    /// <summary>The first reply came.</summary>
    void Answered(Flow flow);

    /// <summary>Gives everything back, exactly once. <see cref="CloseReason.BackendRefused"/> counts against the backend.</summary>
    void Ended(Flow flow, CloseReason reason, long nowMilliseconds);

    /// <summary>Counts datagrams that were not passed on.</summary>
    void Dropped(Listener listener, DropReason reason, long count);
}
