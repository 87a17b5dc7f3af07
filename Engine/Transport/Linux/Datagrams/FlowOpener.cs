// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Scheduling;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>Begins flows: admits the client, connects a socket to the backend, and makes room when there is none. Reactor thread only.</summary>
internal sealed class FlowOpener : IFlowEvictor
{
    private readonly FlowParts _parts;
    private readonly FlowCloser _closer;
    private readonly RequestBatch _batch;
    private readonly List<DatagramListener> _listeners;

    public FlowOpener(FlowParts parts, FlowCloser closer, RequestBatch batch, List<DatagramListener> listeners)
    {
        _parts = parts;
        _closer = closer;
        _batch = batch;
        _listeners = listeners;
    }

    /// <summary>Begins a flow that has carried nothing yet. Null when the client was turned away, or no backend can be sent to; that is counted.</summary>
    public LinuxFlow? Open(scoped in FirstDatagram first)
    {
        Listener listener = first.Entrance.Listener;
        ExclusionSet tried = first.Tried;
        int attempts = first.Attempts;
        bool madeRoom = false;
        while (true)
        {
            LinuxFlow flow = Prepare(first, tried, attempts);
            var arrival = new Arrival(listener, first.Client, _parts.Reactor.Number, _parts.Now);
            Placement placement = _parts.Forwarder.Admit(flow, arrival, this);
            if (!placement.IsPlaced)
            {
                _parts.Flows.Return(flow);
                return null;
            }

            IoResult opened = Connect(flow, placement.Backend);
            if (!opened.Failed)
            {
                return flow;
            }

            attempts = flow.Attempts;
            int failedSlot = placement.Backend.Slot;
            bool lacksPort = opened.Error is Errno.EAGAIN or Errno.EADDRNOTAVAIL;
            bool isOwnFault = lacksPort || opened.Error is Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM or Errno.ENOBUFS;
            _parts.Forwarder.Ended(flow, isOwnFault ? CloseReason.ResourceExhausted : CloseReason.ConnectFailed, _parts.Now);
            _parts.Flows.Return(flow);
            if (lacksPort)
            {
                EngineLog.NoLocalPort(_parts.Logger, placement.Backend.Pool.Name, placement.Backend.Name);
            }

            if (isOwnFault)
            {
                // Another backend would meet the same shortage; a flow that ends gives back a port and a descriptor.
                if (madeRoom || !TryEvictUnanswered(null))
                {
                    _parts.Forwarder.Dropped(listener, DropReason.NoResources, 1);
                    return null;
                }

                madeRoom = true;
            }
            else if (attempts >= listener.Pool.ConnectAttempts || !tried.Add(failedSlot))
            {
                _parts.Forwarder.Dropped(listener, DropReason.SendFailed, 1);
                return null;
            }
        }
    }

    /// <summary>
    /// The backend's host has answered that nothing listens there: ends the flow. When the backend has never answered, the first
    /// datagram goes to another one, with a flow of its own.
    /// </summary>
    public void Refused(LinuxFlow flow)
    {
        Listener listener = flow.Listener;
        KeptDatagram? kept = flow.Kept;
        flow.Kept = null;
        bool wasAnswered = flow.State.IsAnswered;
        ExclusionSet tried = flow.Tried;
        bool mayRetry = flow.Attempts < flow.Pool.ConnectAttempts && tried.Add(flow.Backend!.Slot);
        Span<byte> address = stackalloc byte[SocketAddressBytes.MaxLength];
        flow.ClientAddress.CopyTo(address);
        var first = new FirstDatagram
        {
            Entrance = flow.Entrance,
            Client = flow.Client,
            Address = address[..flow.ClientAddress.Length],
            Local = flow.Local,
            LocalAddressId = flow.LocalAddressId,
            Tried = tried,
            Attempts = flow.Attempts,
        };
        _closer.End(flow, CloseReason.BackendRefused);
        if (kept is null || !mayRetry)
        {
            if (!wasAnswered)
            {
                _parts.Forwarder.Dropped(listener, DropReason.Refused, 1);
            }
        }
        else if (Open(first) is LinuxFlow next)
        {
            SendKept(next, kept);
            return;
        }

        if (kept is not null)
        {
            _parts.Kept.Return(kept);
        }
    }

    public bool TryEvictUnanswered(Listener? listener)
    {
        LinuxFlow? victim = FindVictim(listener);
        if (victim is null)
        {
            // Perhaps all of them have datagrams in the batch that is being worked on.
            _batch.Flush();
            victim = FindVictim(listener);
        }

        if (victim is null)
        {
            return false;
        }

        _closer.End(victim, CloseReason.Evicted);
        return true;
    }

    private LinuxFlow Prepare(scoped in FirstDatagram first, ExclusionSet tried, int attempts)
    {
        LinuxFlow flow = _parts.Flows.Rent();
        flow.Entrance = first.Entrance;
        flow.ClientAddress = first.Address;
        flow.Local = first.Local;
        flow.LocalAddressId = first.LocalAddressId;
        flow.Tried = tried;
        flow.Attempts = attempts;
        return flow;
    }

    private IoResult Connect(LinuxFlow flow, Backend backend)
    {
        IoResult opened = SocketCalls.OpenDatagram((int)backend.SocketAddress.Family == SocketCalls.AF_INET ? SocketCalls.AF_INET : SocketCalls.AF_INET6);
        if (opened.Failed)
        {
            return opened;
        }

        flow.Descriptor = opened.Value;
        IoResult result = SocketCalls.Connect(flow.Descriptor, SocketAddressBytes.Of(backend.SocketAddress));
        if (!result.Failed)
        {
            _parts.Flows.Add(flow);
            result = _parts.Reactor.Epoll.Add(flow.Descriptor, Epoll.EPOLLIN | Epoll.EPOLLET, EpollToken.For(flow).Value);
            if (result.Failed)
            {
                _parts.Flows.Remove(flow);
            }
        }

        if (result.Failed)
        {
            SocketCalls.Close(flow.Descriptor);
            return result;
        }

        _parts.Note(flow);
        flow.Entrance.Unanswered.Add(flow);
        flow.Entrance.FlowCount++;
        _parts.Wheel.Schedule(flow, _parts.Now + flow.State.TimeoutMilliseconds(flow.Listener.Flows));
        return result;
    }

    private void SendKept(LinuxFlow flow, KeptDatagram kept)
    {
        int length = kept.Payload.Length;
        flow.Kept = kept;
        flow.State.CountRequests(1, length);
        IoResult sent = SocketCalls.Send(flow.Descriptor, kept.Payload, 0);
        if (sent.Failed)
        {
            _parts.Forwarder.Dropped(flow.Listener, SendTally.ReasonOf(sent), 1);
            return;
        }

        // It was counted as passed on when it went to the first backend.
        _parts.Table.GetEntry(flow.Handle).BytesToBackend += length;
    }

    /// <summary>The oldest flow that was never answered and has nothing pending. Bounded: at most one batch of flows is passed over.</summary>
    private LinuxFlow? FindVictim(Listener? listener)
    {
        LinuxFlow? oldest = null;
        foreach (DatagramListener entrance in _listeners)
        {
            if (listener is not null && entrance.Listener != listener)
            {
                continue;
            }

            LinuxFlow? candidate = entrance.Unanswered.Oldest;
            while (candidate is { FirstPending: >= 0 })
            {
                candidate = candidate.Newer;
            }

            if (candidate is not null && (oldest is null || candidate.AcceptedMilliseconds < oldest.AcceptedMilliseconds))
            {
                oldest = candidate;
            }
        }

        return oldest;
    }
}
