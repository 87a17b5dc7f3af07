// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Transport;

/// <summary>Makes room: a transport's owner of flows, called back within <see cref="IUdpForwarder.Admit"/> on the owner's own thread.</summary>
internal interface IFlowEvictor
{
    /// <summary>
    /// Ends the oldest flow that was never answered with <see cref="CloseReason.Evicted"/>: of <paramref name="listener"/>, or of any
    /// listener when null. False when the owner has none.
    /// </summary>
    bool TryEvictUnanswered(Listener? listener);
}
