// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Scheduling;
using LbEngine.Tables;
using LbEngine.Transport;

namespace LbEngine.Testing;

/// <summary>The flows of one engine: finds the flow of each datagram, or begins one.</summary>
/// <remarks>Called under the lock of the <see cref="RunQueue"/> only.</remarks>
internal sealed class RelayedFlows : IFlowEvictor
{
    private readonly MemoryTransport _transport;
    private readonly Dictionary<ConnectionHandle, RelayedFlow> _byHandle = [];
    private readonly LinkedList<RelayedFlow> _unanswered = []; // oldest first

    public RelayedFlows(MemoryTransport transport) => _transport = transport;

    private IUdpForwarder Forwarder => _transport.Context.UdpForwarder;

    /// <summary>A datagram of a client: belongs to a flow that lives, or begins one.</summary>
    public void Take(MemoryDatagramListener entrance, IDatagramSource client, ushort localAddressId, byte[] bytes)
    {
        RelayedFlow? flow = null;
        Contain(() =>
        {
            var key = new FlowKey(EndPointKey.From(client.LocalEndPoint), entrance.Listener.Id, localAddressId);
            flow = FindLive(key) ?? Begin(entrance, client, localAddressId, default, 0);
            flow?.PassOn(client, bytes);
        }, () => flow);
    }

    /// <summary>A backend has refused a flow, which is over: its first datagram goes to another backend, so that no query is lost.</summary>
    public void SendElsewhere(RelayedFlow refused, byte[]? firstDatagram, ExclusionSet tried)
    {
        if (firstDatagram is null || refused.Attempts >= refused.Pool.ConnectAttempts)
        {
            Forwarder.Dropped(refused.Listener, DropReason.Refused, 1);
            return;
        }

        Begin(refused.Entrance, refused.ClientEnd, refused.LocalAddressId, tried, refused.Attempts)?.PassOn(refused.ClientEnd, firstDatagram);
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

    public bool TryEvictUnanswered(Listener? listener)
    {
        for (LinkedListNode<RelayedFlow>? node = _unanswered.First; node is not null; node = node.Next)
        {
            if (listener is null || node.Value.Listener == listener)
            {
                node.Value.End(CloseReason.Evicted);
                return true;
            }
        }

        return false;
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

    /// <summary>The flow that the next datagram of a client belongs to; null when it begins another one.</summary>
    private RelayedFlow? FindLive(in FlowKey key)
    {
        if (!_transport.Context.Table.TryFind(key, out ConnectionHandle handle) || !_byHandle.TryGetValue(handle, out RelayedFlow? flow))
        {
            return null;
        }

        if (!Forwarder.Keeps(flow))
        {
            flow.End(CloseReason.BackendLeft);
            return null;
        }

        if (!flow.State.TakesRequests(flow.Listener.Flows))
        {
            Detach(flow);
            return null;
        }

        return flow;
    }

    /// <summary>From here on the flow waits for replies alone. Without a row for that it has to make room, since it would be found for ever.</summary>
    private void Detach(RelayedFlow flow)
    {
        ConnectionHandle handle = flow.Handle;
        if (!_transport.Context.Table.TryDetach(ref handle))
        {
            flow.End(CloseReason.Evicted);
            return;
        }

        _byHandle.Remove(flow.Handle);
        flow.Handle = handle;
        _byHandle.Add(handle, flow);
    }

    private RelayedFlow? Begin(MemoryDatagramListener entrance, IDatagramSource client, ushort localAddressId, ExclusionSet tried, int attempts)
    {
        var flow = new RelayedFlow(_transport, this, entrance, client) { LocalAddressId = localAddressId, Attempts = attempts };
        flow.Tried = tried;
        var arrival = new Arrival(entrance.Listener, EndPointKey.From(client.LocalEndPoint), 0, _transport.Now);
        if (!Forwarder.Admit(flow, arrival, this).IsPlaced)
        {
            return null;
        }

        flow.Open();
        _byHandle.Add(flow.Handle, flow);
        _unanswered.AddLast(flow.InUnanswered);
        _transport.Add(flow);
        return flow;
    }
}
