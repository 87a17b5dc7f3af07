// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport;

namespace LbEngine.Tests.Forwarding;

/// <summary>
/// Makes room as a transport does: ends the oldest flow that the test has put into <see cref="Unanswered"/>, and notes where room was needed.
/// </summary>
internal sealed class FakeEvictor(IUdpForwarder forwarder)
{
    public List<Flow> Unanswered { get; } = [];

    public List<Listener?> Asked { get; } = [];

    /// <summary>Says that it has made room although it has not, as when another owner takes the place at once.</summary>
    public bool IsTooLate { get; set; }

    public void EvictUnanswered(Listener? listener)
    {
        Asked.Add(listener);
        if (!IsTooLate && Unanswered.Find(flow => listener is null || flow.Listener == listener) is Flow oldest)
        {
            Unanswered.Remove(oldest);
            forwarder.Ended(oldest, CloseReason.Evicted, 2000);
        }
    }
}
