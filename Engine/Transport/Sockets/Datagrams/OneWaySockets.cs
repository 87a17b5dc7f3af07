// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>
/// Carries datagrams that nobody answers: each is placed by itself and leaves through a socket that all clients of its backend share, so that it costs
/// neither a descriptor nor a port of its own. Owner only.
/// </summary>
/// <remarks>What the network says of a backend comes back to the shared socket, and counts against the backend as ever.</remarks>
internal sealed class OneWaySockets : IDisposable
{
    /// <summary>Sockets of one listener; beyond that the one that was used longest ago is closed for the next.</summary>
    private const int MaxSockets = 64;

    /// <summary>How long a socket stays without a datagram: an ICMP message takes a round trip, a host that is gone some seconds.</summary>
    private const int IdleMilliseconds = 10_000;

    /// <summary>Replies that nobody asked for, and errors, taken from one socket in a tick.</summary>
    private const int MaxTaken = 64;

    private readonly SocketsShared _shared;
    private readonly Listener _listener;
    private readonly LiveFlows _flows;
    private readonly FlowOpener _opener;
    private readonly Dictionary<Backend, OneWaySocket> _byBackend = [];
    private readonly byte[] _nothing = new byte[1];

    public OneWaySockets(SocketsShared shared, Listener listener, LiveFlows flows, FlowOpener opener)
    {
        _shared = shared;
        _listener = listener;
        _flows = flows;
        _opener = opener;
    }

    private IUdpForwarder Forwarder => _shared.Context.UdpForwarder;

    /// <summary>A client has sent a datagram.</summary>
    /// <param name="local">Where it came in.</param>
    /// <param name="sender">Who has sent it.</param>
    /// <param name="source">Where it came from, as the kernel wrote it.</param>
    /// <param name="withRoom">The datagram, and <see cref="HeaderRoom"/> in front of it.</param>
    public void Relay(DatagramSocket local, in DatagramSender sender, SocketAddress source, Span<byte> withRoom)
    {
        long now = _shared.ReadMilliseconds();
        if (_opener.Admit(local, sender, source, now) is not SocketFlow flow)
        {
            return;
        }

        flow.State.CountRequests(1, withRoom.Length - HeaderRoom.Bytes);
        CloseReason end = Send(flow, HeaderRoom.Fill(withRoom, flow.Header), now);
        Forwarder.Ended(flow, end, now);
        _flows.GiveBack(flow);
    }

    /// <summary>Looks what the network has said, and closes what is idle.</summary>
    public void OnTick(long now)
    {
        List<OneWaySocket>? idle = null;
        foreach (OneWaySocket socket in _byBackend.Values)
        {
            TakeErrors(socket);
            if (now - socket.LastUsedMilliseconds >= IdleMilliseconds)
            {
                (idle ??= []).Add(socket);
            }
        }

        idle?.ForEach(Close);
    }

    public void Dispose()
    {
        foreach (OneWaySocket socket in _byBackend.Values)
        {
            socket.Socket.Dispose();
        }

        _byBackend.Clear();
    }

    /// <summary>Sends, to the flow's backend or to the next one. Bounded: backends are distinct, and a socket is opened anew once.</summary>
    private CloseReason Send(SocketFlow flow, ReadOnlySpan<byte> datagram, long now)
    {
        bool isAnew = false;
        while (true)
        {
            SocketError error = Find(flow.Backend!, now, out OneWaySocket? socket);
            if (socket is null)
            {
                ConnectFailure failure = DatagramErrors.ToConnectFailure(error);
                if (Forwarder.Retry(flow, failure, hasMadeRoom: true).IsPlaced)
                {
                    continue;
                }

                return FlowReasons.Ended(failure);
            }

            socket.Socket.Send(datagram, SocketFlags.None, out error);
            PathError met = DatagramErrors.ToPathError(error, isSend: true);
            switch (met)
            {
                case PathError.None:
                    Conclude(flow, error);
                    return CloseReason.Completed;
                case PathError.Local when !isAnew:
                    Close(socket);
                    isAnew = true;
                    break;
                case PathError.TooLarge or PathError.Local:
                    SendAgain(flow, socket, datagram, met);
                    return CloseReason.Completed;
                default:
                    // An earlier datagram was lost. This one goes to another backend, and where there is none to the same.
                    DatagramSetup.ForgetErrors(socket.Socket, _nothing);
                    Forwarder.Dropped(_listener, FlowReasons.Dropped(met), 1);
                    if (!Forwarder.Retry(flow, FlowReasons.Failure(met), hasMadeRoom: true).IsPlaced)
                    {
                        SendAgain(flow, socket, datagram, PathError.None);
                        return CloseReason.Completed;
                    }

                    break;
            }
        }
    }

    /// <summary>What was told is past: the same socket may take the datagram now. If so, the one before it is lost.</summary>
    private void SendAgain(SocketFlow flow, OneWaySocket socket, ReadOnlySpan<byte> datagram, PathError met)
    {
        socket.Socket.Send(datagram, SocketFlags.None, out SocketError error);
        if (error == SocketError.Success && met != PathError.None)
        {
            Forwarder.LostOneWay(_listener, socket.Backend, met);
        }

        Conclude(flow, error);
    }

    private void Conclude(SocketFlow flow, SocketError error)
    {
        if (error == SocketError.Success)
        {
            _listener.Datagrams.CountToBackends(1, flow.State.BytesFromClient);
        }
        else
        {
            Forwarder.Dropped(_listener, FlowReasons.Dropped(DatagramErrors.ToSendFailure(error)), 1);
        }
    }

    private SocketError Find(Backend backend, long now, out OneWaySocket? socket)
    {
        if (_byBackend.TryGetValue(backend, out socket) && socket.Sources != backend.Pool.Sources)
        {
            Close(socket);
            socket = null;
        }

        if (socket is null)
        {
            if (_byBackend.Count >= MaxSockets)
            {
                Close(_byBackend.Values.MinBy(static other => other.LastUsedMilliseconds)!);
            }

            SocketError error = Open(backend, out Socket? opened);
            if (opened is null)
            {
                return error;
            }

            socket = new OneWaySocket(backend, opened);
            _byBackend.Add(backend, socket);
        }

        socket.LastUsedMilliseconds = now;
        return SocketError.Success;
    }

    /// <summary>Opens one socket for a backend; its exceptions end here.</summary>
    private SocketError Open(Backend backend, out Socket? socket)
    {
        SourceTurn turn = backend.Pool.Sources.Begin(backend.IsIPv4, client: default);
        while (true)
        {
            SourceChoice source = turn.Take();
            SocketError error = Open(backend, source, out SourceProblem problem, out socket);
            if (problem == SourceProblem.None)
            {
                return error;
            }

            Forwarder.SourceFailed(backend, source, problem, _shared.ReadMilliseconds());
            if (!turn.HasMore)
            {
                return error;
            }
        }
    }

    private SocketError Open(Backend backend, SourceChoice source, out SourceProblem problem, out Socket? socket)
    {
        problem = SourceProblem.None;
        SocketError error = DatagramSetup.TryCreate(backend.Address.AddressFamily, out socket);
        if (socket is null)
        {
            return error;
        }

        if (_shared.IsOneTooMany(socket))
        {
            error = SocketError.TooManyOpenSockets;
        }
        else
        {
            problem = SourceBinding.Bind(socket, source);
            error = problem == SourceProblem.None ? Connect(socket, backend) : SourceBinding.ErrorOf(problem);
            problem = problem == SourceProblem.None ? SourceBinding.Explain(source, error) : problem;
            error = problem == SourceProblem.None ? error : SourceBinding.ErrorOf(problem);
        }

        if (error != SocketError.Success)
        {
            socket.Dispose();
            socket = null;
        }

        return error;
    }

    private static SocketError Connect(Socket socket, Backend backend)
    {
        try
        {
            socket.Connect(backend.Address);
            return SelfMeeting.Is(socket, backend.Address) ? SocketError.ConnectionRefused : SocketError.Success;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
    }

    private void TakeErrors(OneWaySocket socket)
    {
        for (int taken = 0; taken < MaxTaken; taken++)
        {
            socket.Socket.Receive(_nothing, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            PathError met = error == SocketError.MessageSize ? PathError.None : DatagramErrors.ToPathError(error, isSend: false);
            if (met != PathError.None)
            {
                DatagramSetup.ForgetErrors(socket.Socket, _nothing);
                Forwarder.LostOneWay(_listener, socket.Backend, met);
            }
        }
    }

    private void Close(OneWaySocket socket)
    {
        TakeErrors(socket);
        _byBackend.Remove(socket.Backend);
        socket.Socket.Dispose();
    }

    private sealed class OneWaySocket(Backend backend, Socket socket)
    {
        public Backend Backend { get; } = backend;

        public Socket Socket { get; } = socket;

        /// <summary>What its pool said when it was opened.</summary>
        public SourceAddresses Sources { get; } = backend.Pool.Sources;

        public long LastUsedMilliseconds { get; set; }
    }
}
