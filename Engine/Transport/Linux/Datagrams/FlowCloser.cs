// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>Ends flows: the one place where a flow gives back what it holds. Reactor thread only.</summary>
internal sealed class FlowCloser : ICloseTarget
{
    private readonly FlowParts _parts;

    public FlowCloser(FlowParts parts) => _parts = parts;

    public int Bound => _parts.Flows.Bound;

    public PlacedClient? At(int index) => _parts.Flows.At(index);

    public void CloseAt(int index, CloseReason reason) => End(_parts.Flows.At(index)!, reason);

    /// <summary>Ends a live flow; the object may be another flow as soon as this returns. Datagrams pending for it must have been sent.</summary>
    public void End(LinuxFlow flow, CloseReason reason)
    {
        Disconnect(flow);
        flow.Entrance.FlowCount--;
        if (flow.Kept is KeptDatagram kept)
        {
            flow.Kept = null;
            _parts.Kept.Return(kept);
        }

        _parts.Wheel.Cancel(flow);
        _parts.Forget(flow);
        _parts.Flows.Remove(flow);
        _parts.Forwarder.Ended(flow, reason, _parts.Now);
        _parts.Flows.Return(flow);
    }

    /// <summary>Closes the flow's socket, if it has one. The flow lives, and may get another.</summary>
    public void Disconnect(LinuxFlow flow)
    {
        if (flow.Descriptor < 0)
        {
            return;
        }

        uint overflows = SocketCalls.ReadOverflows(flow.Descriptor);
        if (overflows > 0)
        {
            _parts.Forwarder.Dropped(flow.Listener, DropReason.ReceiveQueueFull, overflows);
        }

        // Closing takes the descriptor out of epoll as well.
        SocketCalls.Close(flow.Descriptor);
        flow.Descriptor = -1;
        flow.IsSettled = false;
        flow.SendsApart = false;
        flow.Entrance.Unanswered.Remove(flow);
    }
}
