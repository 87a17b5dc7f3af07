// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>
/// From backend to client: gathers the replies of many flows and sends them through the listener at once, from the address that each client used.
/// Reactor thread only.
/// </summary>
internal sealed class ReplyRelay
{
    private const int Slots = 64;

    // What one flow may read at a time, so that it leaves room for others.
    private const int MaxPerRead = 16;

    private const int MaxReadsPerTurn = 8;

    private readonly FlowParts _parts;
    private readonly FlowCloser _closer;
    private readonly FlowOpener _opener;
    private readonly ReceiveBatch _received = new(Slots);
    private readonly SendBatch _sends = new(Slots);
    private DatagramListener? _entrance;
    private int _used;

    public ReplyRelay(FlowParts parts, FlowCloser closer, FlowOpener opener)
    {
        _parts = parts;
        _closer = closer;
        _opener = opener;
    }

    /// <summary>Reads what a flow's backend has sent. The flow may have ended when this returns.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="hasError">The network has said something of its path. What has come before is passed on first.</param>
    public void Read(LinuxFlow flow, bool hasError)
    {
        if (flow.Entrance != _entrance)
        {
            Flush();
            _entrance = flow.Entrance;
        }

        // While an error waits the kernel tells it in place of a datagram.
        PathError error = hasError ? DatagramErrors.Take(flow.Descriptor) : PathError.None;
        bool hasMet = error != PathError.None;
        for (int i = 0; i < MaxReadsPerTurn; i++)
        {
            if (_used == Slots)
            {
                Flush();
            }

            int room = Math.Min(MaxPerRead, Slots - _used);
            IoResult received = _received.Receive(flow.Descriptor, _used, room);
            if (received.Failed)
            {
                // EAGAIN: nothing is left. ENOMEM: the kernel will report the next datagram. Anything else is an error of the path.
                if (received.Error is Errno.EAGAIN or Errno.ENOMEM)
                {
                    break;
                }

                PathError met = DatagramErrors.TakeAfter(flow.Descriptor, received);
                hasMet = true;
                error = met > error && met != PathError.Local ? met : error;
                continue;
            }

            Queue(flow, received.Value);
            if (flow.State.IsComplete(flow.Listener.Flows))
            {
                _closer.End(flow, CloseReason.Completed);
                return;
            }

            if (received.Value < room && !hasMet)
            {
                return;
            }

            if (i == MaxReadsPerTurn - 1 && !flow.IsReady)
            {
                flow.IsReady = true;
                _parts.Reactor.Ready.Enqueue(EpollToken.For(flow));
            }
        }

        if (error != PathError.None)
        {
            _opener.Follow(flow, error);
        }
    }

    /// <summary>Sends the replies that were gathered.</summary>
    public void Flush()
    {
        if (_sends.Count > 0)
        {
            DatagramListener entrance = _entrance!;
            var tally = default(SendTally);
            bool sendsApart = false;
            tally.Send(entrance.Descriptor, _sends, ref sendsApart);
            entrance.SendsApart |= sendsApart;
            entrance.Listener.Datagrams.CountToClients(tally.Datagrams, tally.Bytes);
            if (tally.Dropped > 0)
            {
                tally.ReportDrops(_parts.Forwarder, entrance.Listener);
            }
        }

        _sends.Clear();
        _used = 0;
    }

    private void Queue(LinuxFlow flow, int count)
    {
        FlowRules rules = flow.Listener.Flows;
        int first = _used;
        int bytes = 0;
        bool isFirstOfFlow = true;
        _used += count;
        for (int slot = first; slot < first + count; slot++)
        {
            ReadOnlySpan<byte> payload = _received.Payload(slot);
            int segmentSize = _received.Notes(slot).SegmentSize;
            int datagrams = segmentSize > 0 ? Math.Max(1, (payload.Length + segmentSize - 1) / segmentSize) : 1;
            if (_received.IsTruncated(slot))
            {
                _parts.Forwarder.Dropped(flow.Listener, DropReason.Truncated, 1);
                continue;
            }

            if (!flow.State.MayReply(payload.Length, rules))
            {
                _parts.Forwarder.Dropped(flow.Listener, DropReason.ReplyRatio, datagrams);
                continue;
            }

            if (!flow.State.IsAnswered)
            {
                NoteAnswer(flow);
            }

            flow.State.CountReplies(datagrams, payload.Length);
            bytes += payload.Length;
            if (isFirstOfFlow || flow.Entrance.SendsApart || !_sends.TryExtend(payload, segmentSize))
            {
                _sends.Add(payload, segmentSize, flow.ClientAddress, flow.Local);
            }

            isFirstOfFlow = false;
        }

        ref ConnectionEntry entry = ref _parts.Table.GetEntry(flow.Handle);
        entry.LastActiveMilliseconds = _parts.Now;
        entry.BytesToClient += bytes;
    }

    private void NoteAnswer(LinuxFlow flow)
    {
        _parts.Forwarder.Answered(flow);
        flow.Entrance.Unanswered.Remove(flow);
        if (flow.Kept is KeptDatagram kept)
        {
            flow.Kept = null;
            _parts.Kept.Return(kept);
        }
    }
}
