// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport;

namespace LbEngine.Tests.Forwarding;

/// <summary>Ends the oldest flow that the test has put into <see cref="Unanswered"/>, and notes what it was asked.</summary>
internal sealed class FakeEvictor(IUdpForwarder forwarder) : IFlowEvictor
{
    public List<Flow> Unanswered { get; } = [];

    public List<Listener?> Asked { get; } = [];

    /// <summary>Says that it has made room although it has not, as when another owner takes the place at once.</summary>
    public bool IsTooLate { get; set; }

    public bool TryEvictUnanswered(Listener? listener)
    {
        Asked.Add(listener);
        if (IsTooLate)
        {
            return true;
        }

        if (Unanswered.Find(flow => listener is null || flow.Listener == listener) is not Flow oldest)
        {
            return false;
        }

        Unanswered.Remove(oldest);
        forwarder.Ended(oldest, CloseReason.Evicted, 2000);
        return true;
    }
}
