// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Scheduling;
using LbEngine.Tables;

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
    /// <param name="client">The client.</param>
    /// <param name="address">The client, as the kernel wrote it.</param>
    /// <param name="failed">The flow before it, whose backend has refused the datagram: the new one leaves that backend out.</param>
    public SocketFlow? Begin(DatagramSocket local, EndPointKey client, SocketAddress address, SocketFlow? failed)
    {
        ExclusionSet tried = failed is null ? default : failed.Tried;
        int attempts = failed is null ? 0 : failed.Attempts;
        bool madeRoom = false;
        while (true)
        {
            SocketFlow flow = _flows.Rent();
            flow.SetClient(local, address);
            flow.Tried = tried;
            flow.Attempts = attempts;
            long now = _shared.ReadMilliseconds();
            if (!Forwarder.Admit(flow, new Arrival(_listener, client, Owner: 0, now), _flows).IsPlaced)
            {
                _flows.GiveBack(flow);
                return null;
            }

            CloseReason failure = Open(flow);
            if (failure == CloseReason.Completed)
            {
                _flows.Add(flow, now);
                flow.WaitForInput();
                return flow;
            }

            bool mayRetry;
            if (failure == CloseReason.ConnectFailed)
            {
                // Another backend may have a route where this one has none.
                flow.Tried.Add(flow.Backend!.Slot);
                tried = flow.Tried;
                attempts = flow.Attempts;
                mayRetry = attempts < flow.Pool.ConnectAttempts;
            }
            else
            {
                // Another backend would meet the same shortage; a flow that ends gives back a port and a descriptor.
                mayRetry = !madeRoom && _flows.TryEvictUnanswered(null);
                madeRoom = true;
            }

            Forwarder.Ended(flow, failure, now);
            if (!flow.IsEnded)
            {
                _flows.GiveBack(flow);
            }

            if (!mayRetry)
            {
                Forwarder.Dropped(_listener, failure == CloseReason.ConnectFailed ? DropReason.SendFailed : DropReason.NoResources, 1);
                return null;
            }
        }
    }

    /// <summary>Opens the flow's socket. <see cref="CloseReason.Completed"/> stands for success.</summary>
    private CloseReason Open(SocketFlow flow)
    {
        try
        {
            SocketError error = flow.Open();
            switch (error)
            {
                case SocketError.Success:
                    return CloseReason.Completed;
                case SocketError.IOPending:
                    return CloseReason.ResourceExhausted;
                case SocketError.WouldBlock or SocketError.AddressNotAvailable:
                    // EAGAIN of a connect: no port is free.
                    EngineLog.NoLocalPort(_shared.Context.Logger, flow.Pool.Name, flow.Backend!.Name);
                    return CloseReason.ResourceExhausted;
                default:
                    return EndRules.ReasonOf(SocketErrors.ToConnectFailure(error));
            }
        }
        catch (Exception exception)
        {
            EngineLog.TransportUnexpected(_shared.Context.Logger, exception, SocketsTransport.TransportName);
            return CloseReason.InternalError;
        }
    }
}
