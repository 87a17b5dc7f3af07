// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>Datagrams of clients that came in one recvmmsg, grouped by flow, each group sent at once. Reactor thread only.</summary>
internal sealed class RequestBatch
{
    /// <summary>Datagrams in one recvmmsg.</summary>
    public const int Size = 64;

    private const int None = -1;

    // A flow that has carried this much gets larger buffers, and joined datagrams: not worth two system calls to a short one.
    private const int SettleBytes = 64 * 1024;

    private const int SettledQueueBytes = 1024 * 1024;

    private readonly FlowParts _parts;
    private readonly ReceiveBatch _received = new(Size, HeaderRoom.Bytes);
    private readonly DatagramNotes[] _notes = new DatagramNotes[Size];
    private readonly DatagramSender[] _senders = new DatagramSender[Size];
    private readonly int[] _next = new int[Size];
    private readonly SendBatch _sends = new(Size);
    private readonly LinuxFlow[] _touched = new LinuxFlow[Size];
    private readonly LinuxFlow[] _stopped = new LinuxFlow[Size];
    private int _touchedCount;

    public RequestBatch(FlowParts parts) => _parts = parts;

    /// <summary>Receives; what is in the slots from before is gone.</summary>
    public IoResult Receive(int fd)
    {
        IoResult received = _received.Receive(fd, 0, Size);
        for (int slot = 0; slot < received.Value; slot++)
        {
            _notes[slot] = _received.Notes(slot);
        }

        return received;
    }

    public ReadOnlySpan<byte> Payload(int slot) => _received.Payload(slot);

    /// <summary>The same, and <see cref="HeaderRoom"/> in front of it.</summary>
    public Span<byte> WithRoom(int slot) => _received.WithRoom(slot);

    public ReadOnlySpan<byte> Address(int slot) => _received.Address(slot);

    public bool IsTruncated(int slot) => _received.IsTruncated(slot);

    public ref readonly DatagramNotes Notes(int slot) => ref _notes[slot];

    /// <summary>Datagrams in a slot: more than one when the kernel has joined them.</summary>
    public int DatagramsIn(int slot)
    {
        int size = _notes[slot].SegmentSize;
        return size > 0 ? Math.Max(1, (_received.Payload(slot).Length + size - 1) / size) : 1;
    }

    /// <summary>One datagram of a run that the kernel has joined takes the place of the run.</summary>
    /// <param name="slot">Where the run is; nothing of it waits to be sent.</param>
    /// <param name="start">Of the datagram, from the first byte of the run.</param>
    /// <param name="length">Its bytes.</param>
    public void Narrow(int slot, int start, int length)
    {
        _received.Narrow(slot, start, length);
        _notes[slot].SegmentSize = 0;
    }

    /// <summary>It is known who has sent a datagram, and what at its front no backend gets.</summary>
    public void Identify(int slot, int bytesToSkip, in DatagramSender sender)
    {
        _received.Skip(slot, bytesToSkip);
        _senders[slot] = sender;
    }

    /// <summary>Who has sent it, as was said by <see cref="Identify"/>.</summary>
    public ref readonly DatagramSender Sender(int slot) => ref _senders[slot];

    /// <summary>Puts a datagram behind those that wait for the same flow.</summary>
    public void Append(LinuxFlow flow, int slot)
    {
        _next[slot] = None;
        if (flow.FirstPending == None)
        {
            flow.FirstPending = slot;
            _touched[_touchedCount++] = flow;
        }
        else
        {
            _next[flow.LastPending] = slot;
        }

        flow.LastPending = slot;
    }

    /// <summary>
    /// Sends everything that was appended. A flow that meets an error of its path keeps what was not sent and waits in <see cref="TakeStopped"/>.
    /// </summary>
    public void Flush()
    {
        for (int i = 0; i < _touchedCount; i++)
        {
            SendPending(_touched[i]);
        }

        _touchedCount = 0;
    }

    /// <summary>Flows that have met an error of their path, and have datagrams left.</summary>
    public int StoppedCount { get; private set; }

    /// <summary>Takes one of them. Its unsent slots come as the first one and, by <see cref="NextOf"/>, the rest.</summary>
    public LinuxFlow TakeStopped(out int firstSlot)
    {
        LinuxFlow flow = _stopped[--StoppedCount];
        firstSlot = flow.FirstPending;
        flow.FirstPending = None;
        return flow;
    }

    /// <summary>The slot after this one in its chain; -1 at the end.</summary>
    public int NextOf(int slot) => _next[slot];

    /// <summary>Forgets everything that was appended and not sent.</summary>
    public void Abandon()
    {
        for (int i = 0; i < _touchedCount; i++)
        {
            _touched[i].FirstPending = None;
        }

        while (StoppedCount > 0)
        {
            TakeStopped(out _);
        }

        _touchedCount = 0;
    }

    private void SendPending(LinuxFlow flow)
    {
        var tally = default(SendTally);
        int first = flow.FirstPending;
        int unsent = flow.State.TakeSuspicion() && HasLostAddress(flow) ? first
            : _next[first] == None && _notes[first].SegmentSize == 0 ? SendOne(flow, first, ref tally)
            : SendChain(flow, first, ref tally);

        flow.FirstPending = unsent;
        if (unsent != None)
        {
            _stopped[StoppedCount++] = flow;
        }

        if (tally.Dropped > 0)
        {
            flow.State.CountLost(tally.Dropped);
            tally.ReportDrops(_parts.Forwarder, flow.Listener);
        }

        if (tally.Datagrams > 0)
        {
            int bytes = tally.Bytes - (tally.Datagrams * flow.Header.Length);
            ref ConnectionEntry entry = ref _parts.Table.GetEntry(flow.Handle);
            entry.LastActiveMilliseconds = _parts.Now;
            entry.BytesToBackend += bytes;
            flow.Listener.Datagrams.CountToBackends(tally.Datagrams, bytes);
            if (!flow.IsSettled && entry.BytesToBackend + entry.BytesToClient >= SettleBytes)
            {
                Settle(flow);
            }
        }
    }

    private static bool HasLostAddress(LinuxFlow flow)
    {
        bool isLost = !DatagramErrors.HasOwnAddress(flow.Descriptor, flow.Client.Address);
        flow.Met = isLost ? PathError.Local : PathError.None;
        return isLost;
    }

    /// <summary>What goes to the backend of what is in a slot. A flow with a header has no runs.</summary>
    private ReadOnlySpan<byte> Whole(LinuxFlow flow, int slot)
    {
        ReadOnlySpan<byte> header = flow.Header;
        return header.IsEmpty ? _received.Payload(slot) : HeaderRoom.Fill(_received.WithRoom(slot), header);
    }

    /// <summary>Most flows have one datagram in a batch, and send takes fewer steps than sendmmsg.</summary>
    private int SendOne(LinuxFlow flow, int slot, ref SendTally tally)
    {
        ReadOnlySpan<byte> whole = Whole(flow, slot);
        IoResult sent = SocketCalls.Send(flow.Descriptor, whole, 0);
        if (!sent.Failed)
        {
            tally.Count(1, whole.Length);
        }
        else
        {
            flow.Met = DatagramErrors.ToSendFailure(sent) == SendFailure.QueueFull ? PathError.None : DatagramErrors.TakeAfter(flow.Descriptor, sent);
            if (flow.Met != PathError.None)
            {
                return slot;
            }

            tally.Drop(sent, 1);
        }

        return None;
    }

    private int SendChain(LinuxFlow flow, int first, ref SendTally tally)
    {
        _sends.Clear();
        for (int slot = first; slot != None; slot = _next[slot])
        {
            ReadOnlySpan<byte> whole = Whole(flow, slot);
            int segmentSize = _notes[slot].SegmentSize;
            if (slot == first || flow.SendsApart || !_sends.TryExtend(whole, segmentSize))
            {
                _sends.Add(whole, segmentSize, default, default);
            }
        }

        bool sendsApart = flow.SendsApart;
        int stoppedAt = tally.Send(flow.Descriptor, _sends, ref sendsApart, out PathError met);
        flow.SendsApart = sendsApart;
        if (stoppedAt < 0)
        {
            return None;
        }

        flow.Met = met;
        int unsent = first;
        for (int passed = _sends.FirstVector(stoppedAt); passed > 0; passed--)
        {
            unsent = _next[unsent];
        }

        return unsent;
    }

    private static void Settle(LinuxFlow flow)
    {
        flow.IsSettled = true;
        ListeningDatagramSocket.SizeQueues(flow.Descriptor, SettledQueueBytes);
        SocketCalls.SetOption(flow.Descriptor, SocketOption.IPPROTO_UDP, SocketOption.UDP_GRO, 1);
    }
}
