// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tables;
using LbEngine.Transport;

namespace LbEngine.Testing;

/// <summary>The flows of one engine: finds the flow of each datagram, or begins one.</summary>
/// <remarks>Called under the lock of the <see cref="RunQueue"/> only.</remarks>
internal sealed class RelayedFlows : IFlowOwner, IRunnable
{
    private readonly MemoryTransport _transport;
    private readonly Dictionary<ConnectionHandle, RelayedFlow> _byHandle = [];
    private readonly LinkedList<RelayedFlow> _unanswered = []; // oldest first
    private int _roomWanted;

    public RelayedFlows(MemoryTransport transport)
    {
        _transport = transport;
        transport.Context.Flows.Add(this);
    }

    public long OldestUnanswered => _unanswered.First?.Value.AcceptedMilliseconds ?? long.MaxValue;

    bool IRunnable.IsQueued { get; set; }

    /// <summary>Copies of first datagrams that are out.</summary>
    public int Kept { get; set; }

    private IUdpForwarder Forwarder => _transport.Context.UdpForwarder;

    public void MakeRoom(int flows)
    {
        _roomWanted = Math.Max(_roomWanted, flows);
        _transport.Queue.Add(this);
    }

    void IRunnable.Run()
    {
        for (; _roomWanted > 0; _roomWanted--)
        {
            EvictUnanswered(null);
        }
    }

    /// <summary>A datagram of a client: belongs to a flow that lives, or begins one.</summary>
    public void Take(MemoryDatagramListener entrance, IDatagramSource client, AddressKey local, ushort localAddressId, byte[] bytes)
    {
        RelayedFlow? flow = null;
        Contain(() =>
        {
            Listener listener = entrance.Listener;
            int bytesToSkip = Forwarder.Identify(listener, EndPointKey.From(client.LocalEndPoint), bytes, _transport.Now, out DatagramSender sender);
            if (bytesToSkip < 0)
            {
                return;
            }

            byte[] datagram = bytes[bytesToSkip..];
            if (listener.Flows.IsOneWay)
            {
                flow = Admit(entrance, client, sender, local, localAddressId);
                flow?.PassOneWay(datagram);
                return;
            }

            flow = FindTaker(new FlowKey(sender.Client, listener.Id, localAddressId) { Peer = sender.Peer })
                ?? Begin(entrance, client, sender, local, localAddressId);
            flow?.PassOn(client, datagram);
        }, () => flow);
    }

    /// <summary>
    /// A datagram of a flow did not arrive: the first one goes to another backend, so that no query is lost, or the flow ends, or it goes on.
    /// </summary>
    public void OnMet(RelayedFlow flow, PathError error)
    {
        FlowVerdict verdict = Forwarder.Met(flow, error, flow.HasFirst, _transport.Now);
        if (verdict.Step == FlowStep.End)
        {
            flow.End(verdict.Reason);
        }
        else if (verdict.Step == FlowStep.Retry)
        {
            Move(flow, FlowReasons.Failure(error));
        }
    }

    /// <summary>The first reply came: the flow is not evicted any more.</summary>
    public void MarkAnswered(RelayedFlow flow)
    {
        _unanswered.Remove(flow.InUnanswered);
        Forwarder.Answered(flow);
    }

    /// <summary>The flow has ended.</summary>
    public void Remove(RelayedFlow flow)
    {
        _byHandle.Remove(flow.Handle);
        if (flow.InUnanswered.List is not null)
        {
            _unanswered.Remove(flow.InUnanswered);
        }

        _transport.Remove(flow);
    }

    /// <summary>As in the other transports, a defect of this library costs one flow and nothing else.</summary>
    public void Contain(Action action, Func<RelayedFlow?> flow)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            EngineLog.TransportUnexpected(_transport.Context.Logger, exception, _transport.Name);
            flow()?.End(CloseReason.InternalError);
        }
    }

    private void Move(RelayedFlow flow, ConnectFailure failure)
    {
        if (!Forwarder.Retry(flow, failure, hasMadeRoom: false).IsPlaced)
        {
            flow.End(FlowReasons.Ended(failure));
            return;
        }

        flow.Open();
        _unanswered.Remove(flow.InUnanswered);
        _unanswered.AddLast(flow.InUnanswered);
        flow.SendFirst();
    }

    /// <summary>The flow that takes the next datagram of a client; null when one has to be begun.</summary>
    private RelayedFlow? FindTaker(in FlowKey key)
    {
        if (!_transport.Context.Table.TryFind(key, out ConnectionHandle handle) || !_byHandle.TryGetValue(handle, out RelayedFlow? flow))
        {
            return null;
        }

        FlowVerdict verdict = FlowStory.OnDatagram(Forwarder.Keeps(flow), flow.State, flow.Listener.Flows);
        switch (verdict.Step)
        {
            case FlowStep.Use:
                return flow;
            case FlowStep.Detach:
                Detach(flow);
                return null;
            default:
                flow.End(verdict.Reason);
                return null;
        }
    }

    /// <summary>From here on the flow waits for replies alone, or has ended.</summary>
    private void Detach(RelayedFlow flow)
    {
        bool hasMadeRoom = false;
        while (!flow.IsEnded && !TryDetach(flow))
        {
            FlowVerdict verdict = FlowStory.OnNoRowToDetach(hasMadeRoom);
            if (verdict.Step == FlowStep.End)
            {
                flow.End(verdict.Reason);
                return;
            }

            EvictUnanswered(null);
            hasMadeRoom = true;
        }
    }

    private bool TryDetach(RelayedFlow flow)
    {
        ConnectionHandle handle = flow.Handle;
        if (!_transport.Context.Table.TryDetach(ref handle))
        {
            return false;
        }

        _byHandle.Remove(flow.Handle);
        flow.Handle = handle;
        _byHandle.Add(handle, flow);
        return true;
    }

    private RelayedFlow? Begin(
        MemoryDatagramListener entrance, IDatagramSource client, in DatagramSender sender, AddressKey local, ushort localAddressId)
    {
        RelayedFlow? flow = Admit(entrance, client, sender, local, localAddressId);
        if (flow is not null)
        {
            flow.Open();
            _byHandle.Add(flow.Handle, flow);
            _unanswered.AddLast(flow.InUnanswered);
            _transport.Add(flow);
        }

        return flow;
    }

    private RelayedFlow? Admit(
        MemoryDatagramListener entrance, IDatagramSource client, in DatagramSender sender, AddressKey local, ushort localAddressId)
    {
        var flow = new RelayedFlow(_transport, this, entrance, client) { LocalAddressId = localAddressId };
        var arrival = new Arrival(entrance.Listener, sender.Client, 0, _transport.Now)
        {
            Local = local,
            Peer = sender.Peer,
            Destination = sender.Destination,
        };
        Placement placement = Forwarder.Admit(flow, arrival, hasMadeRoom: false);
        if (placement.NeedsRoom)
        {
            EvictUnanswered(placement.RoomAt(entrance.Listener));
            placement = Forwarder.Admit(flow, arrival, hasMadeRoom: true);
        }

        return placement.IsPlaced ? flow : null;
    }

    /// <summary>Ends the oldest flow that was never answered: of a listener, or of any when null. Does nothing when there is none.</summary>
    private void EvictUnanswered(Listener? listener)
    {
        for (LinkedListNode<RelayedFlow>? node = _unanswered.First; node is not null; node = node.Next)
        {
            if (listener is null || node.Value.Listener == listener)
            {
                node.Value.End(CloseReason.Evicted);
                return;
            }
        }
    }
}
