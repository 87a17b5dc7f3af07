// SPDX-License-Identifier: MIT
namespace LbEngine.Timing;

/// <summary>Hierarchical timing wheel for one owner: constant-time schedule and cancel, hands out expired nodes and calls nobody.</summary>
internal sealed class TimerWheel
{
    public TimerWheel(long nowMilliseconds) => throw new NotImplementedException($"{nowMilliseconds}");

    /// <summary>Nodes waiting.</summary>
    public int Count => throw new NotImplementedException();

    /// <summary>Schedules the node, or moves it when it is scheduled already. A deadline in the past expires at the next <see cref="TryTakeExpired"/>.</summary>
    public void Schedule(TimerNode node, long deadlineMilliseconds) => throw new NotImplementedException();

    /// <summary>Takes the node out; does nothing when it is not scheduled.</summary>
    public void Cancel(TimerNode node) => throw new NotImplementedException();

    /// <summary>Hands out one node whose deadline is at or before <paramref name="nowMilliseconds"/>, never early, at most one tick late; null when there is none. The node is no longer scheduled.</summary>
    public TimerNode? TryTakeExpired(long nowMilliseconds) => throw new NotImplementedException();

    /// <summary>Milliseconds until the owner must call <see cref="TryTakeExpired"/> again: never later than the next deadline (it may be earlier, at a cascade); -1 when nothing waits.</summary>
    public int MillisecondsUntilNext(long nowMilliseconds) => throw new NotImplementedException();
}
