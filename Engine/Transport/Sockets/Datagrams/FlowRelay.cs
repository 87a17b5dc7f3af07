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

    /// <summary>A datagram meets at most this many flows whose backends have refused an earlier one.</summary>
    private const int MaxRefusals = 8;

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
            Deliver(local, new EndPointKey(address, port), source, datagram, failed: null);
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

        if (flow.IsEnded)
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

    private static bool IsRefusal(SocketError error) => error is SocketError.ConnectionRefused or SocketError.ConnectionReset;

    private static DropReason ToDropReason(SocketError error) => error switch
    {
        SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable => DropReason.SendQueueFull,
        SocketError.MessageSize => DropReason.TooLarge,
        _ => DropReason.SendFailed,
    };

    private static byte[] NewBuffer() => GC.AllocateUninitializedArray<byte>(DatagramSetup.MaxDatagram, pinned: true);

    private void Deliver(DatagramSocket local, EndPointKey client, SocketAddress source, ReadOnlySpan<byte> datagram, SocketFlow? failed)
    {
        for (int refusals = 0; refusals < MaxRefusals; refusals++)
        {
            SocketFlow? flow = FindTaker(client, local.LocalAddressId, out bool isBlocked);
            if (isBlocked)
            {
                Forwarder.Dropped(_listener, DropReason.Rejected, 1);
                return;
            }

            flow ??= _opener.Begin(local, client, source, failed);
            if (flow is null || TrySend(flow, datagram))
            {
                return;
            }

            // An earlier datagram was refused, and this one was not sent.
            OnRefused(flow);
        }

        Forwarder.Dropped(_listener, DropReason.Refused, 1);
    }

    /// <summary>The client's flow, if it may have this datagram. One that may not is out of the way afterwards, unless the table is too full for that.</summary>
    private SocketFlow? FindTaker(EndPointKey client, ushort localAddressId, out bool isBlocked)
    {
        isBlocked = false;
        SocketFlow? flow = _flows.Find(client, localAddressId);
        if (flow is null)
        {
            return null;
        }

        if (!Forwarder.Keeps(flow))
        {
            _flows.End(flow, CloseReason.BackendLeft);
            return null;
        }

        if (flow.State.TakesRequests(_listener.Flows))
        {
            return flow;
        }

        if (!_flows.TryDetach(flow))
        {
            // A detached flow needs a row beside its old one. The flow that has to go for it may be this very one.
            isBlocked = !_flows.TryEvictUnanswered(null) || (!flow.IsEnded && !_flows.TryDetach(flow));
        }

        return null;
    }

    /// <summary>False when the backend has refused an earlier datagram of the flow; otherwise the datagram was sent, or dropped and counted.</summary>
    private bool TrySend(SocketFlow flow, ReadOnlySpan<byte> datagram)
    {
        flow.Socket.Send(datagram, SocketFlags.None, out SocketError error);
        if (IsRefusal(error))
        {
            return false;
        }

        if (error != SocketError.Success)
        {
            Forwarder.Dropped(_listener, ToDropReason(error), 1);
            return true;
        }

        if (flow.State.Requests == 0)
        {
            _flows.KeepFirst(flow, datagram);
        }

        flow.State.CountRequests(1, datagram.Length);
        _batch.CountToBackend(datagram.Length);
        ref ConnectionEntry entry = ref _shared.Table.GetEntry(flow.Handle);
        entry.LastActiveMilliseconds = _shared.Timers.Milliseconds;
        entry.BytesToBackend += datagram.Length;
        return true;
    }

    /// <summary>Takes what the backend has sent. The flow waits again afterwards, or is posted, or has ended.</summary>
    private void Drain(SocketFlow flow)
    {
        flow.WasReadSinceDue = true;
        if (IsRefusal(flow.InputError))
        {
            OnRefused(flow);
            return;
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
            else if (IsRefusal(error))
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

                if (IsRefusal(flow.InputError))
                {
                    OnRefused(flow);
                    return;
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

        SocketError error = flow.Local.Send(_reply.AsMemory(0, length), flow.ClientAddress);
        if (error == SocketError.IOPending)
        {
            _reply = flow.Local.LendBuffer(_reply) ?? NewBuffer();
            flow.AbandonClientAddress();
        }
        else if (error != SocketError.Success)
        {
            Forwarder.Dropped(_listener, ToDropReason(error), 1);
            return;
        }

        bool isFirst = !flow.State.IsAnswered;
        flow.State.CountReplies(1, length);
        _batch.CountToClient(length);
        ref ConnectionEntry entry = ref _shared.Table.GetEntry(flow.Handle);
        entry.LastActiveMilliseconds = _shared.Timers.Milliseconds;
        entry.BytesToClient += length;
        if (isFirst)
        {
            _flows.OnAnswered(flow);
        }

        if (flow.State.IsComplete(_listener.Flows))
        {
            _flows.End(flow, CloseReason.Completed);
        }
    }

    /// <summary>Ends the flow. A question that was never answered goes to another backend at once, if a copy of it is left.</summary>
    private void OnRefused(SocketFlow flow)
    {
        ArraySegment<byte> first = LiveFlows.TakeFirst(flow);
        flow.Tried.Add(flow.Backend!.Slot);
        _flows.End(flow, CloseReason.BackendRefused);

        // The object is not given back before it has come back, so the client can still be read here.
        if (first.Array is byte[] copy)
        {
            Deliver(flow.Local, flow.Client, flow.ClientAddress, first, failed: flow);
            _flows.ForgetFirst(copy);
        }
        else
        {
            Forwarder.Dropped(_listener, DropReason.Refused, 1);
        }
    }
}
