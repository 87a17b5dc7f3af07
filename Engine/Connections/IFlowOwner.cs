// SPDX-License-Identifier: MIT
namespace LbEngine.Connections;

/// <summary>Who holds flows, and alone may touch them: a listener on one reactor, the queue of a listener, a network in memory.</summary>
internal interface IFlowOwner
{
    /// <summary>When its oldest flow that was never answered began, in clock milliseconds; <see cref="long.MaxValue"/> when it has none. Any thread.</summary>
    long OldestUnanswered { get; }

    /// <summary>Ends up to so many of them, the oldest first, with <see cref="Lifecycle.CloseReason.Evicted"/>, in its own time. Any thread.</summary>
    void MakeRoom(int flows);
}
