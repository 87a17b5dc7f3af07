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
    private byte[] _reply = NewBuffer();
    private DatagramBatch _batch; // mutable, keep non-readonly

    public FlowRelay(SocketsShared shared, Listener listener, DatagramShared datagrams, OwnerQueue owner)
    {
        _shared = shared;
        _listener = listener;
        _flows = new LiveFlows(shared, listener, datagrams, () => new SocketFlow(owner, this, listener.Bind.AddressFamily));
        _opener = new FlowOpener(shared, listener, _flows);
    }

    public LiveFlows Flows => _flows;

    private IUdpForwarder Forwarder => _shared.Context.UdpForwarder;

    /// <summary>A client has sent a datagram.</summary>
    public void OnRequest(DatagramSocket local, ReadOnlySpan<byte> datagram, SocketAddress source)
    {
        if (AddressKey.TryFrom(source, out AddressKey address))
        {
            ushort port = BinaryPrimitives.ReadUInt16BigEndian(source.Buffer.Span[2..]);
            Deliver(local, new EndPointKey(address, port), source, datagram);
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

    /// <summary>Pools no flow any more.</summary>
    public void Dispose() => _flows.Dispose();

    private static byte[] NewBuffer() => GC.AllocateUninitializedArray<byte>(DatagramSetup.MaxDatagram, pinned: true);

    private void Deliver(DatagramSocket local, EndPointKey client, SocketAddress source, ReadOnlySpan<byte> datagram)
    {
        for (int met = 0; met == 0 || FlowStory.OnUnsent(met).Step == FlowStep.Use; met++)
        {
            SocketFlow? flow = FindTaker(client, local.LocalAddressId) ?? _opener.Begin(local, client, source);
            if (flow is null || TrySend(flow, datagram))
            {
                return;
            }

            // An earlier datagram was refused, and this one was not sent.
            OnRefused(flow);
        }

        Forwarder.Dropped(_listener, FlowReasons.Dropped(SendFailure.Refused), 1);
    }

    /// <summary>The flow that takes the next datagram of a client; null when one has to be begun.</summary>
    private SocketFlow? FindTaker(EndPointKey client, ushort localAddressId)
    {
        SocketFlow? flow = _flows.Find(client, localAddressId);
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

    /// <summary>False when the backend has refused an earlier datagram of the flow; otherwise the datagram was sent, or dropped and counted.</summary>
    private bool TrySend(SocketFlow flow, ReadOnlySpan<byte> datagram)
    {
        flow.Socket.Send(datagram, SocketFlags.None, out SocketError error);
        if (DatagramErrors.IsRefusal(error))
        {
            return false;
        }

        if (flow.State.Requests == 0)
        {
            _flows.KeepFirst(flow, datagram);
        }

        flow.State.CountRequests(1, datagram.Length);
        if (error != SocketError.Success)
        {
            OnUnsent(flow, error);
            return true;
        }

        _batch.CountToBackend(datagram.Length);
        ref ConnectionEntry entry = ref _shared.Table.GetEntry(flow.Handle);
        entry.LastActiveMilliseconds = _shared.Timers.Milliseconds;
        entry.BytesToBackend += datagram.Length;
        return true;
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
        if (DatagramErrors.IsRefusal(flow.InputError))
        {
            OnRefused(flow);
            if (flow.IsEnded)
            {
                return;
            }
        }

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
            else if (DatagramErrors.IsRefusal(error))
            {
                OnRefused(flow);
            }

            // Any other error is news from the network about an earlier datagram, and is told once.
            if (flow.IsEnded)
            {
                return;
            }

            // One reply is the rule, and a wait that begins looks whether there is another: that saves a system call in three.
            if (taken == 0)
            {
                if (flow.TryWaitForInput())
                {
                    return;
                }

                if (DatagramErrors.IsRefusal(flow.InputError))
                {
                    OnRefused(flow);
                    if (flow.IsEnded)
                    {
                        return;
                    }
                }
            }

            if (taken == BusyTurn && !flow.IsBusy)
            {
                flow.IsBusy = true;
                DatagramSetup.EnlargeBuffer(flow.Socket);
            }
        }

        flow.WaitForInput();
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

    /// <summary>The first datagram goes to another backend, or the flow ends.</summary>
    private void OnRefused(SocketFlow flow)
    {
        long age = _shared.ReadMilliseconds() - flow.AcceptedMilliseconds;
        FlowVerdict verdict = FlowStory.OnRefused(flow.State.IsAnswered, flow.FirstDatagram is not null, age);
        if (verdict.Step == FlowStep.End)
        {
            _flows.End(flow, verdict.Reason);
        }
        else if (_opener.TryMove(flow))
        {
            SendFirst(flow);
        }
    }

    /// <summary>The first datagram goes out again. It counts as passed on since it went to the backend before.</summary>
    private void SendFirst(SocketFlow flow)
    {
        flow.Socket.Send(flow.FirstDatagram.AsSpan(0, flow.FirstLength), SocketFlags.None, out SocketError error);
        if (error != SocketError.Success)
        {
            OnUnsent(flow, error);
        }
    }
}
