// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>
/// Carries datagrams that nobody answers: each is placed by itself and leaves through a socket that all clients of its backend share, so that it costs
/// neither a descriptor nor a port of its own. Reactor thread only.
/// </summary>
/// <remarks>What the network says of a backend comes back to the shared socket, and counts against the backend as ever.</remarks>
internal sealed class OneWayRelay
{
    /// <summary>Sockets of one reactor; beyond that the one that was used longest ago is closed for the next.</summary>
    private const int MaxSockets = 64;

    /// <summary>How long a socket stays without a datagram: an ICMP message takes a round trip, a host that is gone some seconds.</summary>
    private const int IdleMilliseconds = 10_000;

    private readonly FlowParts _parts;
    private readonly FlowOpener _opener;
    private readonly PooledSlots<OneWaySocket> _slots = new();
    private readonly Dictionary<Backend, OneWaySocket> _byBackend = [];

    public OneWayRelay(FlowParts parts, FlowOpener opener)
    {
        _parts = parts;
        _opener = opener;
    }

    /// <summary>A client has sent a datagram.</summary>
    /// <param name="first">Who, and where to.</param>
    /// <param name="withRoom">The datagram, and <see cref="HeaderRoom"/> in front of it.</param>
    public void Relay(scoped in FirstDatagram first, Span<byte> withRoom)
    {
        if (_opener.Admit(first) is not LinuxFlow flow)
        {
            return;
        }

        flow.State.CountRequests(1, withRoom.Length - HeaderRoom.Bytes);
        CloseReason end = Send(flow, HeaderRoom.Fill(withRoom, flow.Header));
        _parts.Forwarder.Ended(flow, end, _parts.Now);
        _parts.Flows.Return(flow);
    }

    /// <summary>The network has said something of a backend.</summary>
    public void TakeErrors(EpollToken token)
    {
        if (_slots.Find(token) is OneWaySocket socket)
        {
            TakeErrors(socket);
        }
    }

    public void Expire(EpollToken token, long now)
    {
        if (_slots.Find(token) is not OneWaySocket socket)
        {
            return;
        }

        long deadline = socket.LastUsedMilliseconds + IdleMilliseconds;
        if (now < deadline)
        {
            _parts.Wheel.Schedule(socket, deadline);
        }
        else
        {
            Close(socket);
        }
    }

    public void Close()
    {
        foreach (OneWaySocket socket in _byBackend.Values.ToArray())
        {
            Close(socket);
        }
    }

    /// <summary>Sends, to the flow's backend or to the next one. Bounded: backends are distinct, and a socket is opened anew once.</summary>
    private CloseReason Send(LinuxFlow flow, ReadOnlySpan<byte> datagram)
    {
        bool isAnew = false;
        while (true)
        {
            IoResult opened = Find(flow, out OneWaySocket? socket);
            if (socket is null)
            {
                ConnectFailure failure = LinuxErrors.ToConnectFailure(opened.Error);
                if (_parts.Forwarder.Retry(flow, failure, hasMadeRoom: true).IsPlaced)
                {
                    continue;
                }

                return FlowReasons.Ended(failure);
            }

            IoResult sent = SocketCalls.Send(socket.Descriptor, datagram, 0);
            PathError met = sent.Failed && DatagramErrors.ToSendFailure(sent) != SendFailure.QueueFull
                ? DatagramErrors.TakeAfter(socket.Descriptor, sent)
                : PathError.None;
            switch (met)
            {
                case PathError.None:
                    Conclude(flow, sent);
                    return CloseReason.Completed;
                case PathError.Local:
                    Close(socket);
                    if (isAnew)
                    {
                        Conclude(flow, sent);
                        return CloseReason.Completed;
                    }

                    isAnew = true;
                    break;
                case PathError.TooLarge:
                    _parts.Forwarder.LostOneWay(flow.Listener, socket.Backend, met);
                    Conclude(flow, SocketCalls.Send(socket.Descriptor, datagram, 0));
                    return CloseReason.Completed;
                default:
                    // An earlier datagram was lost. This one goes to another backend, and where there is none to the same.
                    _parts.Forwarder.Dropped(flow.Listener, FlowReasons.Dropped(met), 1);
                    if (!_parts.Forwarder.Retry(flow, FlowReasons.Failure(met), hasMadeRoom: true).IsPlaced)
                    {
                        Conclude(flow, SocketCalls.Send(socket.Descriptor, datagram, 0));
                        return CloseReason.Completed;
                    }

                    break;
            }
        }
    }

    private void Conclude(LinuxFlow flow, IoResult sent)
    {
        if (sent.Failed)
        {
            _parts.Forwarder.Dropped(flow.Listener, FlowReasons.Dropped(DatagramErrors.ToSendFailure(sent)), 1);
        }
        else
        {
            flow.Listener.Datagrams.CountToBackends(1, flow.State.BytesFromClient);
        }
    }

    private IoResult Find(LinuxFlow flow, out OneWaySocket? socket)
    {
        Backend backend = flow.Backend!;
        if (_byBackend.TryGetValue(backend, out socket) && socket.Sources != backend.Pool.Sources)
        {
            Close(socket);
            socket = null;
        }

        if (socket is null)
        {
            IoResult opened = Open(backend, out socket);
            if (socket is null)
            {
                return opened;
            }
        }

        socket.Listener = flow.Listener;
        socket.LastUsedMilliseconds = _parts.Now;
        return IoResult.Success(0);
    }

    private IoResult Open(Backend backend, out OneWaySocket? socket)
    {
        socket = null;
        if (_byBackend.Count >= MaxSockets)
        {
            Close(_byBackend.Values.MinBy(static other => other.LastUsedMilliseconds)!);
        }

        IoResult opened = _parts.Reactor.KeepIfSpared(_opener.OpenTowards(backend, client: default));
        if (opened.Failed)
        {
            return opened;
        }

        // A reply has nobody to go to, and would only lie in the socket.
        SocketFilter.Block(opened.Value);
        OneWaySocket added = _slots.Rent();
        added.Descriptor = opened.Value;
        added.Backend = backend;
        added.Sources = backend.Pool.Sources;
        _slots.Add(added);
        IoResult watched = _parts.Reactor.Epoll.Add(added.Descriptor, Epoll.EPOLLERR | Epoll.EPOLLET, EpollToken.For(added).Value);
        _byBackend.Add(backend, added);
        _parts.Wheel.Schedule(added, _parts.Now + IdleMilliseconds);
        if (watched.Failed)
        {
            Close(added);
            return watched;
        }

        socket = added;
        return opened;
    }

    private void TakeErrors(OneWaySocket socket)
    {
        PathError met = DatagramErrors.Take(socket.Descriptor);
        if (met != PathError.None && socket.Listener is Listener listener)
        {
            _parts.Forwarder.LostOneWay(listener, socket.Backend, met);
        }
    }

    private void Close(OneWaySocket socket)
    {
        TakeErrors(socket);
        _byBackend.Remove(socket.Backend);
        _parts.Wheel.Cancel(socket);
        SocketCalls.Close(socket.Descriptor);
        _slots.Remove(socket);
        _slots.Return(socket);
    }
}
