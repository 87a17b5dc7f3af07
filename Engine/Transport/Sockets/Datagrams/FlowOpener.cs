// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>Begins the flows of one listener: admission, and then a socket towards the backend, or the next backend. Owner only.</summary>
internal sealed class FlowOpener
{
    private readonly SocketsShared _shared;
    private readonly Listener _listener;
    private readonly LiveFlows _flows;

    public FlowOpener(SocketsShared shared, Listener listener, LiveFlows flows)
    {
        _shared = shared;
        _listener = listener;
        _flows = flows;
    }

    private IUdpForwarder Forwarder => _shared.Context.UdpForwarder;

    /// <summary>Begins a flow. Null when it cannot be: the datagram is counted as dropped then.</summary>
    /// <param name="local">Where the client's datagram came in.</param>
    /// <param name="sender">Who has sent it.</param>
    /// <param name="address">Where it came from, as the kernel wrote it.</param>
    public SocketFlow? Begin(DatagramSocket local, in DatagramSender sender, SocketAddress address)
    {
        long now = _shared.ReadMilliseconds();
        SocketFlow? flow = Admit(local, sender, address, now);
        if (flow is null)
        {
            return null;
        }

        _flows.Add(flow, now);
        if (TryOpen(flow))
        {
            flow.WaitForInput();
            return flow;
        }

        if (!flow.IsWaiting)
        {
            _flows.GiveBack(flow);
        }

        return null;
    }

    /// <summary>Admits a flow that has no socket and that nobody finds yet. Null when the client was turned away; that is counted.</summary>
    public SocketFlow? Admit(DatagramSocket local, in DatagramSender sender, SocketAddress address, long now)
    {
        SocketFlow flow = _flows.Rent();
        flow.SetClient(local, address);
        var arrival = new Arrival(_listener, sender.Client, Owner: 0, now) { Local = local.Address, Peer = sender.Peer, Destination = sender.Destination };
        Placement placement = Forwarder.Admit(flow, arrival, hasMadeRoom: false);
        if (placement.NeedsRoom)
        {
            _flows.TryEvictUnanswered(placement.RoomAt(_listener));
            placement = Forwarder.Admit(flow, arrival, hasMadeRoom: true);
        }

        if (placement.IsPlaced)
        {
            return flow;
        }

        _flows.GiveBack(flow);
        return null;
    }

    /// <summary>The backend cannot be sent to: the flow goes on with another one, on a socket of its own. False when it has ended.</summary>
    public bool TryMove(SocketFlow flow, ConnectFailure failure)
    {
        bool wasWaiting = flow.Close();
        _flows.OnMoving(flow);
        bool isOpen = false;
        if (!Forwarder.Retry(flow, failure, hasMadeRoom: false).IsPlaced)
        {
            _flows.End(flow, FlowReasons.Ended(failure));
        }
        else if (TryOpen(flow))
        {
            isOpen = true;
            _shared.Table.GetEntry(flow.Handle).LastActiveMilliseconds = _shared.ReadMilliseconds();
        }

        // A flow that is being run right now is taken care of by who runs it.
        if (wasWaiting && isOpen)
        {
            flow.WaitForInput();
        }
        else if (wasWaiting && !flow.IsWaiting)
        {
            flow.Yield();
        }

        return isOpen;
    }

    /// <summary>
    /// Opens a flow that holds a backend, towards that one or the next; false when it has ended. Bounded: room is made once, and backends are
    /// distinct.
    /// </summary>
    private bool TryOpen(SocketFlow flow)
    {
        bool hasMadeRoom = false;
        while (true)
        {
            if (OpenContained(flow) is not SocketError error)
            {
                _flows.End(flow, CloseReason.InternalError);
                return false;
            }

            if (error == SocketError.Success)
            {
                _flows.OnOpened(flow);
                return true;
            }

            ConnectFailure failure = DatagramErrors.ToConnectFailure(error);
            if (flow.IsWaiting)
            {
                // Its object is with the kernel, so that it cannot be opened once more.
                _flows.End(flow, FlowReasons.Ended(failure));
                return false;
            }

            Placement next = Forwarder.Retry(flow, failure, hasMadeRoom);
            if (next.NeedsRoom && _flows.TryEvictUnanswered(null))
            {
                hasMadeRoom = true;
            }
            else if (!next.IsPlaced)
            {
                _flows.End(flow, FlowReasons.Ended(failure));
                return false;
            }
        }
    }

    /// <summary>Null after a defect, which costs this flow and nothing else.</summary>
    private SocketError? OpenContained(SocketFlow flow)
    {
        try
        {
            return flow.Open(_shared);
        }
        catch (Exception exception)
        {
            EngineLog.TransportUnexpected(_shared.Context.Logger, exception, SocketsTransport.TransportName);
            return null;
        }
    }
}
