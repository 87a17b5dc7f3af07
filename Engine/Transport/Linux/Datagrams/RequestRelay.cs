// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tables;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>From client to backend: receives batches, finds or begins the flow of each datagram, sends. Reactor thread only.</summary>
internal sealed class RequestRelay
{
    // Batches that one listener may have in a turn, so that a flood cannot starve replies, TCP and timers.
    private const int MaxBatchesPerTurn = 8;

    private readonly FlowParts _parts;
    private readonly FlowCloser _closer;
    private readonly FlowOpener _opener;
    private readonly RequestBatch _batch;

    public RequestRelay(FlowParts parts, FlowCloser closer, FlowOpener opener, RequestBatch batch)
    {
        _parts = parts;
        _closer = closer;
        _opener = opener;
        _batch = batch;
    }

    /// <summary>Takes what waits at a listener, up to the budget of a turn.</summary>
    public void Relay(DatagramListener entrance)
    {
        entrance.FollowSettings();
        for (int i = 0; i < MaxBatchesPerTurn; i++)
        {
            // EAGAIN: nothing is left. ENOMEM: the kernel will report the next datagram. Other errors are impossible on a socket without a peer.
            IoResult received = _batch.Receive(entrance.Descriptor);
            if (received.Failed)
            {
                entrance.HasWork = false;
                return;
            }

            RelayContained(entrance, received.Value);
            if (received.Value < RequestBatch.Size)
            {
                entrance.HasWork = false;
                return;
            }
        }
    }

    private void RelayContained(DatagramListener entrance, int count)
    {
        try
        {
            RelayBatch(entrance, count);
        }
        catch (Exception exception)
        {
            // A defect met one batch: its datagrams are lost, the reactor goes on.
            EngineLog.TransportUnexpected(_parts.Logger, exception, "linux");
            _batch.Abandon();
        }
    }

    private void RelayBatch(DatagramListener entrance, int count)
    {
        for (int slot = 0; slot < count; slot++)
        {
            ref readonly DatagramNotes notes = ref _batch.Notes(slot);
            if (notes.HasOverflows && entrance.TakeOverflows(notes.Overflows) is > 0 and uint lost)
            {
                _parts.Forwarder.Dropped(entrance.Listener, DropReason.ReceiveQueueFull, lost);
            }

            if (_batch.IsTruncated(slot))
            {
                _parts.Forwarder.Dropped(entrance.Listener, DropReason.Truncated, 1);
            }
            else
            {
                Dispatch(entrance, slot);
            }
        }

        _batch.Flush();
        while (_batch.TryTakeRefused(out int slot) is LinuxFlow refused)
        {
            // The error belongs to an earlier datagram; these were never sent.
            _opener.Refused(refused);
            DispatchAgain(entrance, slot);
        }
    }

    /// <summary>Gives datagrams that a dead backend would not take a second chance; a second refusal loses them.</summary>
    private void DispatchAgain(DatagramListener entrance, int first)
    {
        for (int slot = first; slot >= 0;)
        {
            int next = _batch.NextOf(slot);
            Dispatch(entrance, slot);
            slot = next;
        }

        _batch.Flush();
        while (_batch.TryTakeRefused(out int slot) is LinuxFlow refused)
        {
            int lost = 0;
            for (; slot >= 0; slot = _batch.NextOf(slot))
            {
                lost += _batch.DatagramsIn(slot);
            }

            _parts.Forwarder.Dropped(entrance.Listener, DropReason.Refused, lost);
            _opener.Refused(refused);
        }
    }

    private void Dispatch(DatagramListener entrance, int slot)
    {
        LocalAddress local = _batch.Notes(slot).Local;
        ReadOnlySpan<byte> address = _batch.Address(slot);
        EndPointKey client = SocketAddressBytes.Parse(address);
        ushort localId = entrance.NumberOf(local);
        LinuxFlow? flow = FindUsable(new FlowKey(client, entrance.Listener.Id, localId), out bool isForeign);
        if (isForeign)
        {
            // Impossible while the group of listening sockets stays as it is: the kernel sends a client to one of them always.
            _parts.Forwarder.Dropped(entrance.Listener, DropReason.Rejected, 1);
            return;
        }

        ReadOnlySpan<byte> payload = _batch.Payload(slot);
        if (flow is null)
        {
            var first = new FirstDatagram
            {
                Entrance = entrance,
                Client = client,
                Address = address,
                Local = local,
                LocalAddressId = localId,
            };
            flow = _opener.Open(first);
            if (flow is null)
            {
                return;
            }

            flow.Kept = _batch.Notes(slot).SegmentSize == 0 ? _parts.Kept.TryKeep(payload) : null;
        }

        flow.State.CountRequests(_batch.DatagramsIn(slot), payload.Length);
        _batch.Append(flow, slot);
    }

    /// <summary>The flow that takes this client's next datagram; null when one has to be begun.</summary>
    private LinuxFlow? FindUsable(in FlowKey key, out bool isForeign)
    {
        isForeign = false;
        if (!_parts.Table.TryFind(key, out ConnectionHandle handle))
        {
            return null;
        }

        if (_parts.At(handle) is not LinuxFlow flow)
        {
            isForeign = true;
            return null;
        }

        if (!_parts.Forwarder.Keeps(flow))
        {
            EndBetweenDatagrams(flow, CloseReason.BackendLeft);
            return null;
        }

        if (flow.State.TakesRequests(flow.Listener.Flows))
        {
            return flow;
        }

        Detach(flow);
        return null;
    }

    /// <summary>The flow has all the requests that it may have, and goes on for its replies alone; when the table has no room for that it ends.</summary>
    private void Detach(LinuxFlow flow)
    {
        ConnectionHandle handle = flow.Handle;
        if (_parts.Table.TryDetach(ref handle))
        {
            _parts.Forget(flow);
            flow.Handle = handle;
            _parts.Note(flow);
        }
        else
        {
            EndBetweenDatagrams(flow, CloseReason.Evicted);
        }
    }

    /// <summary>Ends a flow that this batch may hold datagrams for: they go first. One that is refused meanwhile ends as such.</summary>
    private void EndBetweenDatagrams(LinuxFlow flow, CloseReason reason)
    {
        if (flow.FirstPending >= 0)
        {
            _batch.Flush();
        }

        if (flow.FirstPending < 0)
        {
            _closer.End(flow, reason);
        }
    }
}
