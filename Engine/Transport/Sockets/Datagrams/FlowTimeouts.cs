// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Timing;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>The timers of one listener's flows. Owner only.</summary>
/// <remarks>
/// Traffic only stores a time; a timer that fires too early is set again. One that fires in time is no proof of silence: when this
/// process had no thread for a while, what the flow has sent and received may still wait in the kernel, or in the owner's queue.
/// So a flow that is due is looked at a second time, and ends when everything that came before the first look has been read.
/// </remarks>
internal sealed class FlowTimeouts
{
    private const int SecondLookMilliseconds = 1;

    /// <summary>Turns of a receive loop in which it takes more than its socket's queue holds.</summary>
    private const int TurnsOfAFullQueue = 256;

    private readonly SocketsShared _shared;
    private readonly TimerWheel _wheel;

    public FlowTimeouts(SocketsShared shared)
    {
        _shared = shared;
        _wheel = new TimerWheel(shared.Timers.Milliseconds);
    }

    public void Begin(SocketFlow flow, long now) => _wheel.Schedule(flow, now + flow.State.TimeoutMilliseconds(flow.Listener.Flows));

    public void Cancel(SocketFlow flow) => _wheel.Cancel(flow);

    /// <summary>The next flow that has timed out; null when there is none.</summary>
    public SocketFlow? TakeExpired(long now)
    {
        while (_wheel.TryTakeExpired(now) is SocketFlow flow)
        {
            long deadline = _shared.Table.GetEntry(flow.Handle).LastActiveMilliseconds + flow.State.TimeoutMilliseconds(flow.Listener.Flows);
            if (deadline > now)
            {
                flow.DueSinceTurn = null;
                _wheel.Schedule(flow, deadline);
            }
            else if (IsSilent(flow))
            {
                return flow;
            }
            else
            {
                _wheel.Schedule(flow, now + SecondLookMilliseconds);
            }
        }

        return null;
    }

    private static bool IsSilent(SocketFlow flow)
    {
        if (flow.DueSinceTurn is not long since)
        {
            flow.DueSinceTurn = flow.Local.Turns;
            flow.WasReadSinceDue = false;
            return false;
        }

        if (!flow.WasReadSinceDue && flow.Socket.Poll(0, SelectMode.SelectRead))
        {
            return false;
        }

        return flow.Local.EmptiedInTurn > since
            || flow.Local.Turns - since > TurnsOfAFullQueue
            || !flow.Local.Socket.Poll(0, SelectMode.SelectRead);
    }
}
