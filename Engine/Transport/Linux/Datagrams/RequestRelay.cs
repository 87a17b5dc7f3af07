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
    private readonly FlowEviction _eviction;
    private readonly RequestBatch _batch;
    private readonly OneWayRelay _oneWay;
    private bool _identifies;

    public RequestRelay(FlowParts parts, FlowCloser closer, FlowOpener opener, FlowEviction eviction, RequestBatch batch, OneWayRelay oneWay)
    {
        _oneWay = oneWay;
        _parts = parts;
        _closer = closer;
        _opener = opener;
        _eviction = eviction;
        _batch = batch;
    }

    /// <summary>Takes what waits at a listener, up to the budget of a turn.</summary>
    public void Relay(DatagramListener entrance)
    {
        entrance.FollowSettings(isEmpty: false);
        for (int i = 0; i < MaxBatchesPerTurn; i++)
        {
            // EAGAIN: nothing is left. ENOMEM: the kernel will report the next datagram. Other errors are impossible on a socket without a peer.
            IoResult received = _batch.Receive(entrance.Descriptor);
            bool isEmpty = received.WouldBlock || (!received.Failed && received.Value < RequestBatch.Size);
            if (isEmpty)
            {
                // At once: while what has come is relayed, more would be joined.
                entrance.FollowSettings(isEmpty: true);
            }

            if (!received.Failed)
            {
                RelayContained(entrance, received.Value);
            }

            if (received.Failed || isEmpty)
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
        // For the whole batch, whatever a reload does meanwhile.
        _identifies = entrance.Listener.Inspection is not null;
        bool joinsRuns = !_identifies && DatagramListener.JoinsRuns(entrance.Listener);
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
            else if (notes.SegmentSize > 0 && !joinsRuns)
            {
                DispatchApart(entrance, slot);
            }
            else
            {
                Take(entrance, slot);
            }
        }

        SendAll(entrance);
    }

    private void SendAll(DatagramListener entrance)
    {
        _batch.Flush();
        for (int met = 1; _batch.StoppedCount > 0; met++)
        {
            // Fewer when one of them divides a run, and sends all meanwhile.
            for (int left = _batch.StoppedCount; left > 0 && _batch.StoppedCount > 0; left--)
            {
                FollowError(entrance, met);
            }

            _batch.Flush();
        }
    }

    /// <summary>The error belongs to an earlier datagram, or to the flow's socket; what was not sent yet is looked at anew, or lost.</summary>
    private void FollowError(DatagramListener entrance, int met)
    {
        LinuxFlow stopped = _batch.TakeStopped(out int first);
        int datagrams = 0;
        int bytes = 0;
        for (int slot = first; slot >= 0; slot = _batch.NextOf(slot))
        {
            datagrams += _batch.DatagramsIn(slot);
            bytes += _batch.Payload(slot).Length;
        }

        PathError error = stopped.Met;
        stopped.State.UncountRequests(datagrams, bytes);
        _opener.Follow(stopped, error);
        if (FlowStory.OnUnsent(met, error == PathError.Local).Step == FlowStep.Drop)
        {
            _parts.Forwarder.Dropped(entrance.Listener, FlowReasons.Dropped(error), datagrams);
            return;
        }

        for (int slot = first; slot >= 0;)
        {
            int next = _batch.NextOf(slot);
            Dispatch(entrance, slot);
            slot = next;
        }
    }

    /// <summary>A run that the kernel has joined before it was told not to: datagram by datagram, and each is gone before the next.</summary>
    private void DispatchApart(DatagramListener entrance, int slot)
    {
        int size = _batch.Notes(slot).SegmentSize;
        int length = _batch.Payload(slot).Length;
        for (int start = 0; start < length; start += size)
        {
            _batch.Narrow(slot, start, Math.Min(size, length - start));
            Take(entrance, slot);
            SendAll(entrance);
        }
    }

    /// <summary>A datagram, of which nobody knows yet whose it is.</summary>
    private void Take(DatagramListener entrance, int slot)
    {
        if (_batch.Notes(slot).Group != default && !entrance.TakesGroups)
        {
            return;
        }

        if (_identifies)
        {
            EndPointKey peer = SocketAddressBytes.Parse(_batch.Address(slot));
            int bytesToSkip = _parts.Forwarder.Identify(entrance.Listener, peer, _batch.Payload(slot), _parts.Now, out DatagramSender sender);
            if (bytesToSkip < 0)
            {
                return;
            }

            _batch.Identify(slot, bytesToSkip, sender);
        }

        Dispatch(entrance, slot);
    }

    private void Dispatch(DatagramListener entrance, int slot)
    {
        LocalAddress local = _batch.Notes(slot).Local;
        LocalAddress group = _batch.Notes(slot).Group;
        ReadOnlySpan<byte> address = _batch.Address(slot);
        DatagramSender sender = _identifies ? _batch.Sender(slot) : new DatagramSender(SocketAddressBytes.Parse(address));

        // What the same client sends to this host alone may come to another socket, whose flow it is then.
        ushort localId = entrance.NumberOf(group == default ? local : group);
        if (entrance.Listener.Flows.IsOneWay)
        {
            _oneWay.Relay(First(entrance, sender, address, local, localId), _batch.WithRoom(slot));
            return;
        }

        LinuxFlow? flow = FindTaker(new FlowKey(sender.Client, entrance.Listener.Id, localId) { Peer = sender.Peer }, out bool isForeign);
        if (isForeign)
        {
            // Impossible while the group of listening sockets stays as it is: the kernel sends a client to one of them always.
            _parts.Forwarder.Dropped(entrance.Listener, DropReason.Rejected, 1);
            return;
        }

        ReadOnlySpan<byte> payload = _batch.Payload(slot);
        if (flow is null)
        {
            flow = _opener.Open(First(entrance, sender, address, local, localId));
            if (flow is null)
            {
                return;
            }

            KeepFirst(flow, slot, payload);
        }

        if (_batch.Notes(slot).SegmentSize > 0 && !flow.Header.IsEmpty)
        {
            // Begun before a reload that has turned headers off.
            DispatchApart(entrance, slot);
            return;
        }

        flow.State.CountRequests(_batch.DatagramsIn(slot), payload.Length);
        _batch.Append(flow, slot);
    }

    private static FirstDatagram First(
        DatagramListener entrance, in DatagramSender sender, ReadOnlySpan<byte> address, in LocalAddress local, ushort localId) => new()
        {
            Entrance = entrance,
            Sender = sender,
            Address = address,
            Local = local,
            LocalAddressId = localId,
        };

    /// <summary>Of a run that the kernel has joined, the first datagram alone.</summary>
    private void KeepFirst(LinuxFlow flow, int slot, ReadOnlySpan<byte> payload)
    {
        int segmentSize = _batch.Notes(slot).SegmentSize;
        ReadOnlySpan<byte> first = segmentSize > 0 && segmentSize < payload.Length ? payload[..segmentSize] : payload;
        if (FlowStory.KeepsFirst(first.Length, _parts.Kept.Count, flow.Attempts, flow.Pool.ConnectAttempts))
        {
            flow.Kept = _parts.Kept.Keep(first);
        }
    }

    /// <summary>The flow that takes this client's next datagram; null when one has to be begun.</summary>
    private LinuxFlow? FindTaker(in FlowKey key, out bool isForeign)
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

        FlowVerdict verdict = FlowStory.OnDatagram(_parts.Forwarder.Keeps(flow), flow.State, flow.Listener.Flows);
        switch (verdict.Step)
        {
            case FlowStep.Use:
                return flow;
            case FlowStep.Detach:
                Detach(flow);
                return null;
            default:
                EndBetweenDatagrams(flow, verdict.Reason);
                return null;
        }
    }

    /// <summary>From here on the flow waits for replies alone, or has ended.</summary>
    private void Detach(LinuxFlow flow)
    {
        ConnectionHandle before = flow.Handle;
        bool hasMadeRoom = false;
        while (_parts.At(before) is not null && !TryDetach(flow))
        {
            FlowVerdict verdict = FlowStory.OnNoRowToDetach(hasMadeRoom);
            if (verdict.Step == FlowStep.End)
            {
                EndBetweenDatagrams(flow, verdict.Reason);
                return;
            }

            _eviction.TryEvictUnanswered(null);
            hasMadeRoom = true;
        }
    }

    private bool TryDetach(LinuxFlow flow)
    {
        ConnectionHandle handle = flow.Handle;
        if (!_parts.Table.TryDetach(ref handle))
        {
            return false;
        }

        _parts.Forget(flow);
        flow.Handle = handle;
        _parts.Note(flow);
        return true;
    }

    /// <summary>Ends a flow that this batch may hold datagrams for: they go first. One that is refused meanwhile is left to what follows from that.</summary>
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
