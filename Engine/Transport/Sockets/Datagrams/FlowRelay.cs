// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>The data path of one listener: datagrams of clients to the backends of their flows, and replies back. Owner only.</summary>
/// <remarks>Allocates nothing per datagram and waits for nothing: what the kernel does not take at once is dropped and counted.</remarks>
internal sealed class FlowRelay : IDisposable
{
    /// <summary>Replies of one flow in a row, until others get their turn.</summary>
    private const int MaxTurn = 64;

    /// <summary>Replies in one turn that make a flow a busy one.</summary>
    private const int BusyTurn = 8;

    private readonly SocketsShared _shared;
    private readonly Listener _listener;
    private readonly LiveFlows _flows;
    private readonly FlowOpener _opener;
    private readonly OneWaySockets _oneWay;
    private byte[] _reply = NewBuffer();
    private DatagramBatch _batch; // mutable, keep non-readonly

    public FlowRelay(SocketsShared shared, Listener listener, AddressFamily clients, DatagramShared datagrams, OwnerQueue owner)
    {
        _shared = shared;
        _listener = listener;
        _flows = new LiveFlows(shared, listener, datagrams, () => new SocketFlow(owner, this, clients));
        _opener = new FlowOpener(shared, listener, _flows);
        _oneWay = new OneWaySockets(shared, listener, _flows, _opener);
    }

    public LiveFlows Flows => _flows;

    private IUdpForwarder Forwarder => _shared.Context.UdpForwarder;

    /// <summary>A client has sent a datagram.</summary>
    /// <param name="local">Where it came in.</param>
    /// <param name="withRoom">The datagram, and <see cref="HeaderRoom"/> in front of it.</param>
    /// <param name="source">Who has sent it.</param>
    public void OnRequest(DatagramSocket local, Span<byte> withRoom, SocketAddress source)
    {
        if (AddressKey.TryFrom(source, out AddressKey address))
        {
            ushort port = BinaryPrimitives.ReadUInt16BigEndian(source.Buffer.Span[2..]);
            var peer = new EndPointKey(address, port);
            var sender = new DatagramSender(peer);
            int bytesToSkip = _listener.Inspection is null
                ? 0
                : Forwarder.Identify(_listener, peer, withRoom[HeaderRoom.Bytes..], _shared.ReadMilliseconds(), out sender);
            if (bytesToSkip >= 0)
            {
                Deliver(local, sender, source, withRoom[bytesToSkip..]);
            }
        }
    }

    /// <summary>A datagram was cut off.</summary>
    public void OnTruncated() => Forwarder.Dropped(_listener, DropReason.Truncated, 1);

    /// <summary>A flow has input, or has ended and comes back.</summary>
    public void OnInput(SocketFlow flow)
    {
        if (!flow.IsEnded)
        {
            Drain(flow);
            Flush();
        }

        if (flow.IsEnded && !flow.IsWaiting)
        {
            _flows.GiveBack(flow);
        }
    }

    /// <summary>Running the flow threw. Its object is left to the collector, because nobody can say where else it is.</summary>
    public void OnFailed(SocketFlow flow) => _flows.End(flow, CloseReason.InternalError);

    /// <summary>Adds what was passed on to the listener's counters. After every batch.</summary>
    public void Flush() => _batch.Flush(_listener.Datagrams);

    /// <summary>Looks at the sockets that nobody waits for.</summary>
    public void OnTick(long now) => _oneWay.OnTick(now);

    /// <summary>Pools no flow any more.</summary>
    public void Dispose()
    {
        _oneWay.Dispose();
        _flows.Dispose();
    }

    private static byte[] NewBuffer() => GC.AllocateUninitializedArray<byte>(DatagramSetup.MaxDatagram, pinned: true);

    private void Deliver(DatagramSocket local, in DatagramSender sender, SocketAddress source, Span<byte> withRoom)
    {
        if (_listener.Flows.IsOneWay)
        {
            _oneWay.Relay(local, sender, source, withRoom);
            return;
        }

        var error = PathError.None;
        Socket? before = null;
        for (int met = 0; met == 0 || FlowStory.OnUnsent(met, error == PathError.Local).Step == FlowStep.Use; met++)
        {
            SocketFlow? flow = FindTaker(sender, local.LocalAddressId) ?? _opener.Begin(local, sender, source);
            if (flow is null)
            {
                return;
            }

            PathError again = TrySend(flow, withRoom);
            if (again == PathError.None)
            {
                return;
            }

            // It was not sent, since something was known of an earlier one. An error of the same socket at once is about this one.
            bool isOwn = ReferenceEquals(flow.Socket, before)
                || (again == PathError.Unreachable && !DatagramSetup.HasOwnAddress(flow.Socket, flow.Client.Address));
            error = isOwn ? PathError.Local : again;
            before = flow.Socket;
            OnMet(flow, error);
        }

        Forwarder.Dropped(_listener, FlowReasons.Dropped(error), 1);
    }

    /// <summary>The flow that takes the next datagram of a client; null when one has to be begun.</summary>
    private SocketFlow? FindTaker(in DatagramSender sender, ushort localAddressId)
    {
        SocketFlow? flow = _flows.Find(sender, localAddressId);
        if (flow is null)
        {
            return null;
        }

        FlowVerdict verdict = FlowStory.OnDatagram(Forwarder.Keeps(flow), flow.State, _listener.Flows);
        switch (verdict.Step)
        {
            case FlowStep.Use:
                return flow;
            case FlowStep.Detach:
                Detach(flow);
                return null;
            default:
                _flows.End(flow, verdict.Reason);
                return null;
        }
    }

    /// <summary>From here on the flow waits for replies alone, or has ended.</summary>
    private void Detach(SocketFlow flow)
    {
        bool hasMadeRoom = false;
        while (!flow.IsEnded && !_flows.TryDetach(flow))
        {
            FlowVerdict verdict = FlowStory.OnNoRowToDetach(hasMadeRoom);
            if (verdict.Step == FlowStep.End)
            {
                _flows.End(flow, verdict.Reason);
                return;
            }

            _flows.TryEvictUnanswered(null);
            hasMadeRoom = true;
        }
    }

    /// <summary>
    /// What keeps the datagram from being sent; <see cref="PathError.None"/> when it was sent, or dropped and counted. The system tells of an earlier
    /// datagram in place of a send, which is then not done.
    /// </summary>
    private PathError TrySend(SocketFlow flow, Span<byte> withRoom)
    {
        if (flow.State.TakeSuspicion() && !DatagramSetup.HasOwnAddress(flow.Socket, flow.Client.Address))
        {
            return PathError.Local;
        }

        ReadOnlySpan<byte> datagram = withRoom[HeaderRoom.Bytes..];
        ReadOnlySpan<byte> whole = HeaderRoom.Fill(withRoom, flow.Header);
        flow.Socket.Send(whole, SocketFlags.None, out SocketError error);
        if (error == SocketError.MessageSize)
        {
            // Either this one is too large, or an earlier one was: the next send tells.
            flow.Socket.Send(whole, SocketFlags.None, out error);
            if (error == SocketError.Success)
            {
                OnMet(flow, PathError.TooLarge);
            }
        }

        PathError met = error == SocketError.MessageSize ? PathError.None : DatagramErrors.ToPathError(error, isSend: true);
        if (met != PathError.None)
        {
            return met;
        }

        if (flow.State.Requests == 0)
        {
            _flows.KeepFirst(flow, datagram);
        }

        flow.State.CountRequests(1, datagram.Length);
        if (error != SocketError.Success)
        {
            OnUnsent(flow, error);
            return PathError.None;
        }

        _batch.CountToBackend(datagram.Length);
        ref ConnectionEntry entry = ref _shared.Table.GetEntry(flow.Handle);
        entry.LastActiveMilliseconds = _shared.Timers.Milliseconds;
        entry.BytesToBackend += datagram.Length;
        return PathError.None;
    }

    private void OnUnsent(SocketFlow flow, SocketError error)
    {
        flow.State.CountLost(1);
        Forwarder.Dropped(_listener, FlowReasons.Dropped(DatagramErrors.ToSendFailure(error)), 1);
    }

    /// <summary>Takes what the backend has sent. The flow waits again afterwards, or is posted, or has ended.</summary>
    private void Drain(SocketFlow flow)
    {
        flow.WasReadSinceDue = true;
        PathError met = DatagramErrors.ToPathError(flow.InputError, isSend: false);
        for (int taken = 0; taken < MaxTurn; taken++)
        {
            int length = flow.Socket.Receive(_reply, SocketFlags.None, out SocketError error);
            if (error == SocketError.Success)
            {
                OnReply(flow, length);
            }
            else if (error == SocketError.WouldBlock)
            {
                break;
            }
            else
            {
                met = Graver(met, error);
            }

            if (flow.IsEnded)
            {
                return;
            }

            // One reply is the rule, and a wait that begins looks whether there is another: that saves a system call in three.
            if (taken == 0 && met == PathError.None)
            {
                if (flow.TryWaitForInput())
                {
                    return;
                }

                met = Graver(met, flow.InputError);
            }

            if (taken == BusyTurn && !flow.IsBusy)
            {
                flow.IsBusy = true;
                DatagramSetup.EnlargeBuffer(flow.Socket);
            }
        }

        // Behind the replies that had come: an error on a socket hides none.
        if (met != PathError.None)
        {
            OnMet(flow, met);
        }

        if (!flow.IsEnded)
        {
            flow.WaitForInput();
        }
    }

    private static PathError Graver(PathError one, SocketError error)
    {
        PathError other = DatagramErrors.ToPathError(error, isSend: false);
        return other > one ? other : one;
    }

    private void OnReply(SocketFlow flow, int length)
    {
        if (!flow.State.MayReply(length, _listener.Flows))
        {
            Forwarder.Dropped(_listener, DropReason.ReplyRatio, 1);
            return;
        }

        bool isFirst = !flow.State.IsAnswered;
        flow.State.CountReplies(1, length);
        if (isFirst)
        {
            _flows.OnAnswered(flow);
        }

        PassBack(flow, length);
        if (flow.State.IsComplete(_listener.Flows))
        {
            _flows.End(flow, CloseReason.Completed);
        }
    }

    private void PassBack(SocketFlow flow, int length)
    {
        SocketError error = flow.Local.Send(_reply.AsMemory(0, length), flow.ClientAddress);
        if (error == SocketError.IOPending)
        {
            _reply = flow.Local.LendBuffer(_reply) ?? NewBuffer();
            flow.AbandonClientAddress();
        }

        ref ConnectionEntry entry = ref _shared.Table.GetEntry(flow.Handle);
        entry.LastActiveMilliseconds = _shared.Timers.Milliseconds;
        if (error is SocketError.Success or SocketError.IOPending)
        {
            _batch.CountToClient(length);
            entry.BytesToClient += length;
        }
        else
        {
            Forwarder.Dropped(_listener, FlowReasons.Dropped(DatagramErrors.ToSendFailure(error)), 1);
        }
    }

    /// <summary>Does what follows from an error of the flow's path: the first datagram goes to another backend, or the flow ends, or it goes on.</summary>
    private void OnMet(SocketFlow flow, PathError error)
    {
        DatagramSetup.ForgetErrors(flow.Socket, _reply);
        bool hasFirst = flow.FirstDatagram is not null;
        FlowVerdict verdict = Forwarder.Met(flow, error, hasFirst, _shared.ReadMilliseconds());
        switch (verdict.Step)
        {
            case FlowStep.End:
                _flows.End(flow, verdict.Reason);
                break;
            case FlowStep.Retry:
                if (_opener.TryMove(flow, FlowReasons.Failure(error)))
                {
                    SendFirst(flow);
                }

                break;
            default:
                if (FlowStory.RepeatsFirst(error, flow.State, hasFirst))
                {
                    SendFirst(flow);
                }

                break;
        }
    }

    /// <summary>The first datagram goes out again. It counts as passed on since it went to the backend before.</summary>
    private void SendFirst(SocketFlow flow)
    {
        Span<byte> withRoom = flow.FirstDatagram.AsSpan(0, HeaderRoom.Bytes + flow.FirstLength);
        flow.Socket.Send(HeaderRoom.Fill(withRoom, flow.Header), SocketFlags.None, out SocketError error);
        if (error != SocketError.Success)
        {
            OnUnsent(flow, error);
        }
    }
}
