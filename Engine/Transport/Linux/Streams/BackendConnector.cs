// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>Connects placed clients to their backends, and to the next one where that fails. Reactor thread only.</summary>
/// <remarks>
/// Until a backend is connected nothing is read from the client: its bytes, and its FIN, wait in the kernel and are delivered
/// to whichever backend answers.
/// </remarks>
internal sealed class BackendConnector
{
    /// <summary>
    /// The age at which a connection is looked after: one that still connects begins to watch its client, one that relays
    /// gets its keep-alive. Most connections of short protocols never reach it, and save those system calls.
    /// </summary>
    public const int SettleMilliseconds = 100;

    /// <summary>
    /// How long a backend may have to wait for the news that it is connected, while the client whose first bytes are to bring
    /// it is silent. The kernel by itself would wait for 200 ms.
    /// </summary>
    public const int DeferAckMilliseconds = 20;

    private readonly StreamParts _parts;
    private readonly ConnectionCloser _closer;
    private readonly TcpRelay _relay;
    private readonly byte[] _header = new byte[ProxyHeaderWriter.MostBytesWithFields];

    public BackendConnector(StreamParts parts, ConnectionCloser closer, TcpRelay relay)
    {
        _parts = parts;
        _closer = closer;
        _relay = relay;
    }

    /// <summary>Begins to connect a connection that was just placed.</summary>
    public void Begin(LinuxConnection connection)
    {
        int timeout = connection.Pool.ConnectTimeoutMilliseconds;
        _parts.Wheel.Schedule(connection, _parts.Clock.Milliseconds + Math.Min(timeout, SettleMilliseconds));
        Attempt(connection);
    }

    /// <summary>A socket reported something while the backend was being connected.</summary>
    public void Continue(LinuxConnection connection, Side side, uint events)
    {
        if (side == Side.Client)
        {
            connection.ClientEnd.Note(events);
            if (connection.ClientEnd.Failed)
            {
                _closer.End(connection, CloseReason.ClientAborted);
            }
        }
        else if (connection.Stage == ConnectionStage.Waiting)
        {
            // What was reported of a socket that is closed by now.
            return;
        }
        else if ((events & (Epoll.EPOLLERR | Epoll.EPOLLHUP)) != 0)
        {
            int errno = SocketCalls.TakeError(connection.BackendEnd.Descriptor);
            TryNext(connection, LinuxErrors.ToConnectFailure(errno == 0 ? Errno.ECONNREFUSED : errno));
        }
        else if ((events & Epoll.EPOLLOUT) != 0)
        {
            Establish(connection, events);
        }
    }

    /// <summary>Tells the backend of a silent client that it is connected.</summary>
    public static void Acknowledge(LinuxConnection connection)
    {
        connection.DefersAck = false;
        SocketCalls.SetOption(connection.BackendEnd.Descriptor, SocketOption.IPPROTO_TCP, SocketOption.TCP_QUICKACK, 1);
    }

    /// <summary>The attempt took too long.</summary>
    public void TimeOut(LinuxConnection connection) => TryNext(connection, ConnectFailure.TimedOut);

    /// <summary>Begins to watch the client of a slow connect, so that one who gives up is noticed.</summary>
    public void WatchClient(LinuxConnection connection)
    {
        if (!connection.ClientEnd.Registered && _parts.Register(connection, Side.Client, output: false).Failed)
        {
            _closer.End(connection, CloseReason.ResourceExhausted);
        }
    }

    private void TryNext(LinuxConnection connection, ConnectFailure failure)
    {
        ConnectionCloser.CloseBackend(connection);
        Follow(connection, _parts.Forwarder.Retry(connection, failure, _parts.Clock.Milliseconds));
    }

    /// <summary>The wait for another round is over.</summary>
    public void Resume(LinuxConnection connection)
    {
        Follow(connection, _parts.Forwarder.PlaceAgain(connection, _parts.Clock.Milliseconds));

        // False while it waits again, and once it has ended and lies in its pool again.
        if (connection.Stage == ConnectionStage.Connecting)
        {
            _parts.Wheel.Schedule(connection, connection.ConnectDeadline);
        }
    }

    private void Follow(LinuxConnection connection, Placement placement)
    {
        if (placement.IsPlaced)
        {
            Attempt(connection);
        }
        else
        {
            WaitOrGiveUp(connection, placement);
        }
    }

    private void WaitOrGiveUp(LinuxConnection connection, Placement placement)
    {
        if (placement.MustWait)
        {
            connection.Stage = ConnectionStage.Waiting;
            _parts.Wheel.Schedule(connection, _parts.Clock.Milliseconds + placement.WaitMilliseconds);
            WatchClient(connection);
        }
        else
        {
            _closer.End(connection, EndRules.ReasonOf(connection.LastFailure));
        }
    }

    /// <summary>Tries backends until one is being connected. Ends because the forwarder allows a bounded number of attempts.</summary>
    private void Attempt(LinuxConnection connection)
    {
        while (true)
        {
            int errno = Start(connection, connection.Backend!);
            if (errno == 0)
            {
                connection.Stage = ConnectionStage.Connecting;
                connection.ConnectDeadline = _parts.Clock.Milliseconds + connection.Pool.ConnectTimeoutMilliseconds;
                return;
            }

            ConnectionCloser.CloseBackend(connection);
            Placement next = _parts.Forwarder.Retry(connection, LinuxErrors.ToConnectFailure(errno), _parts.Clock.Milliseconds);
            if (!next.IsPlaced)
            {
                WaitOrGiveUp(connection, next);
                return;
            }
        }
    }

    /// <summary>
    /// Begins to connect from one of the pool's source addresses, or from the next where one has no port left. Returns 0 or the error number.
    /// </summary>
    private int Start(LinuxConnection connection, Backend backend)
    {
        SourceTurn turn = backend.Pool.Sources.Begin(backend.IsIPv4, connection.Client);
        while (true)
        {
            SourceChoice source = turn.Take();
            int errno = StartFrom(connection, backend, source, out SourceProblem problem);
            if (problem == SourceProblem.None)
            {
                return errno;
            }

            _parts.Forwarder.SourceFailed(backend, source, problem, _parts.Clock.Milliseconds);
            if (!turn.HasMore)
            {
                return errno;
            }

            ConnectionCloser.CloseBackend(connection);
        }
    }

    /// <summary>Opens a socket and begins to connect it. Returns 0 or the error number.</summary>
    private int StartFrom(LinuxConnection connection, Backend backend, in SourceChoice source, out SourceProblem problem)
    {
        problem = SourceProblem.None;
        ReadOnlySpan<byte> address = backend.SocketAddress.Buffer.Span[..backend.SocketAddress.Size];
        IoResult opened = _parts.Reactor.KeepIfSpared(SocketCalls.Open(backend.IsIPv4 ? SocketCalls.AF_INET : SocketCalls.AF_INET6));
        if (opened.Failed)
        {
            return opened.Error;
        }

        connection.BackendEnd = new SocketEnd { Descriptor = opened.Value };
        problem = SourceBinding.Bind(opened.Value, source, isStream: true);
        if (problem != SourceProblem.None)
        {
            return SourceBinding.ErrorOf(problem);
        }

        if (backend.Pool.FirstSpeaker.IsClient)
        {
            // Lets the handshake's last acknowledgement wait for the client's first bytes: one segment less. Only where the
            // client speaks first, and only while its bytes are there: see Establish.
            SocketCalls.SetOption(opened.Value, SocketOption.IPPROTO_TCP, SocketOption.TCP_QUICKACK, 0);
            connection.DefersAck = true;
        }

        IoResult connected = SocketCalls.Connect(opened.Value, address);
        if (connected.Failed && connected.Error is not (Errno.EINPROGRESS or Errno.EINTR))
        {
            problem = SourceBinding.Explain(source, connected.Error);
            return problem == SourceProblem.None ? connected.Error : SourceBinding.ErrorOf(problem);
        }

        return _parts.Register(connection, Side.Backend, output: true).Error;
    }

    private void Establish(LinuxConnection connection, uint events)
    {
        if (OwnName.IsPeer(connection.BackendEnd.Descriptor, connection.Backend!.Address))
        {
            // With a FIN to itself it would hold for a minute the port that the backend is to listen on.
            SocketCalls.SetResetOnClose(connection.BackendEnd.Descriptor);
            TryNext(connection, ConnectFailure.Refused);
            return;
        }

        if (connection.Pool.SendsHeader && SendHeader(connection) is { Failed: true } failed)
        {
            TryNext(connection, LinuxErrors.ToConnectFailure(failed.Error));
            return;
        }

        connection.Stage = ConnectionStage.Relaying;
        connection.BackendEnd.Note(events);
        _parts.Forwarder.Connected(connection, _parts.Clock.Milliseconds);
        EpollToken token = EpollToken.For(connection, Side.Client);

        // The client's first bytes are usually here by now: move them, then ask to be told of more.
        _relay.Run(connection);
        if (_parts.Connections.Find(token) is LinuxConnection live)
        {
            SettleIn(live);
        }
    }

    /// <summary>
    /// The backend learns whose connection it gets: in one segment with the client's first bytes where these are here, and at once where they are not,
    /// since the backend may be the one to speak first.
    /// </summary>
    private IoResult SendHeader(LinuxConnection connection)
    {
        int client = connection.ClientEnd.Descriptor;
        int length = _parts.Forwarder.WriteHeader(connection, OwnName.Read(client), _header);
        int flags = SocketCalls.AvailableBytes(client) > 0 ? SocketCalls.MSG_MORE : 0;

        // A socket that has sent nothing yet takes all of it.
        IoResult sent = SocketCalls.Send(connection.BackendEnd.Descriptor, _header.AsSpan(0, length), flags);
        return sent.Failed || sent.Value == length ? sent : IoResult.Failure(Errno.ENOBUFS);
    }

    private void SettleIn(LinuxConnection connection)
    {
        connection.DefersAck &= !connection.SawFirstByte;
        if (connection.DefersAck)
        {
            _parts.Wheel.Schedule(connection, _parts.Clock.Milliseconds + DeferAckMilliseconds);
        }

        if (!connection.ClientEnd.Registered && _parts.Register(connection, Side.Client, output: !connection.ClientEnd.Writable).Failed)
        {
            _closer.End(connection, CloseReason.ResourceExhausted);
        }
    }
}
