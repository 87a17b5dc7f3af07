// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Transport;

/// <summary>The seam between mechanism and policy for UDP, twin of <see cref="ITcpForwarder"/>. No socket crosses it.</summary>
/// <remarks>
/// Order of calls for one flow: Admit, with who Identify says; after a placed one any number of Retry until one is not placed; at most one Answered; and
/// exactly one Ended, whatever happened before (also after a Retry that gave up). A rejected Admit needs no Ended. An answer that
/// needs room decides nothing: the transport ends the oldest flow of its own that was never answered, if it has one, and asks
/// again, for the last time. Datagrams of a flow that lives need no call but <see cref="Keeps"/>; what becomes of them says
/// <see cref="FlowStory"/>. A flow that goes one way (<see cref="FlowRules.IsOneWay"/>) is admitted, carries its one datagram, and ends.
/// Thread-safe for different flows. Never throws, never blocks.
/// </remarks>
internal interface IUdpForwarder
{
    /// <summary>
    /// Says who has sent a datagram, where its listener expects a PROXY header in each (<see cref="Listener.Inspection"/>). Returns the bytes at the
    /// front that no backend gets, or -1 when the datagram is turned away, which is counted. Before everything else, for each datagram.
    /// </summary>
    /// <param name="listener">Where it came in.</param>
    /// <param name="peer">Who has sent it, as the transport sees it.</param>
    /// <param name="datagram">All of it.</param>
    /// <param name="nowMilliseconds">Clock time.</param>
    /// <param name="sender">Who it is.</param>
    int Identify(Listener listener, EndPointKey peer, ReadOnlySpan<byte> datagram, long nowMilliseconds, out DatagramSender sender);

    /// <summary>
    /// Places the client of a first datagram: takes the table entry and every count at once, or nothing at all. From then on each datagram to the
    /// backend begins with <see cref="Flow.Header"/>.
    /// </summary>
    /// <param name="flow">A fresh one.</param>
    /// <param name="arrival">The client.</param>
    /// <param name="hasMadeRoom">False: the answer may be that it needs room. True: room was made, as far as there was any to make.</param>
    Placement Admit(Flow flow, in Arrival arrival, bool hasMadeRoom);

    /// <summary>One source address could not make the connect; another one may, so this decides nothing.</summary>
    void SourceFailed(Backend backend, in SourceChoice source, SourceProblem problem, long nowMilliseconds);

    /// <summary>
    /// The backend refused, or no socket towards it could be opened: moves the count to the next distinct backend, within the
    /// pool's <c>connectAttempts</c>, or gives up (then call Ended with <see cref="FlowReasons.Ended"/>). When this host lacks
    /// something it needs room first; the flow keeps its backend, and is opened towards the same one again.
    /// </summary>
    Placement Retry(Flow flow, ConnectFailure failure, bool hasMadeRoom);

    /// <summary>True while the flow may go on with its backend.</summary>
    bool Keeps(Flow flow);

    /// <summary>
    /// Something was learnt of the way to the flow's backend. To use the flow on: what the error was the answer to is counted as lost. To retry, or to
    /// end it: call what is named so.
    /// </summary>
    FlowVerdict Met(Flow flow, PathError error, bool hasFirst, long nowMilliseconds);

    /// <summary>The same for a datagram that went one way, and whose flow has ended long ago.</summary>
    void LostOneWay(Listener listener, Backend backend, PathError error);

    /// <summary>The first reply came.</summary>
    void Answered(Flow flow);

    /// <summary>
    /// Gives everything back, exactly once, and counts the datagram that is lost with such an end. <see cref="CloseReason.BackendRefused"/> and
    /// <see cref="CloseReason.ConnectFailed"/> count against a backend that is still held.
    /// </summary>
    void Ended(Flow flow, CloseReason reason, long nowMilliseconds);

    /// <summary>Counts datagrams that were not passed on.</summary>
    void Dropped(Listener listener, DropReason reason, long count);
}
