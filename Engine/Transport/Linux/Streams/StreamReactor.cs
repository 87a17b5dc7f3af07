// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>The TCP half of a reactor: its listeners and connections. Reactor thread only, except where a member says otherwise.</summary>
internal sealed class StreamReactor : IReactorHalf
{
    private readonly StreamParts _parts;
    private readonly ConnectionCloser _closer;
    private readonly TcpRelay _relay;
    private readonly BackendConnector _connector;
    private readonly ClientInspector _inspector;
    private readonly ConnectionTimeouts _timeouts;
    private readonly ClientPlacer _placer;
    private readonly AcceptorGroup _acceptors = new();

    public StreamReactor(ReactorParts parts, ITcpForwarder forwarder)
    {
        _parts = new StreamParts(parts, forwarder);
        _closer = new ConnectionCloser(_parts);
        _relay = new TcpRelay(_parts, _closer);
        _connector = new BackendConnector(_parts, _closer, _relay);
        _inspector = new ClientInspector(_parts, _closer, _connector);
        _timeouts = new ConnectionTimeouts(_parts, _closer, _inspector, _connector);
        _placer = new ClientPlacer(_parts, _inspector, _connector, _closer);
    }

    /// <summary>For tests and status: what is rented now. Any thread; exact when the reactor is quiet.</summary>
    public (int Connections, int Blocks, int Pipes) Rented => (_parts.Connections.Count, _parts.Blocks.Rented, _parts.Pipes.Rented);

    public int Bound => _closer.Bound;

    /// <summary>Where clients are passed on to other reactors. Set before the reactor starts.</summary>
    public ClientExchange? Exchange
    {
        set => _parts.Exchange = value;
    }

    public PlacedClient? At(int index) => _closer.At(index);

    public void CloseAt(int index, CloseReason reason) => _closer.CloseAt(index, reason);

    /// <summary>Takes over a listening socket. Also before the reactor starts.</summary>
    public void Listen(Listener listener, int descriptor) => _acceptors.Add(new Acceptor(_parts, listener, descriptor, _placer));

    /// <summary>Serves the clients in the backlog of some listeners, or of all when null, then closes their sockets.</summary>
    public void StopAccepting(IReadOnlySet<Listener>? listeners) => _acceptors.Stop(listeners);

    /// <summary>Places what other reactors have passed on until now.</summary>
    public void PlacePassed() => _placer.PlacePassed();

    public void Serve(EpollToken token, uint events)
    {
        if (token.Kind == EpollToken.TokenKind.Listener)
        {
            _acceptors.Note(token.Index);
        }
        else if (_parts.Connections.Find(token) is LinuxConnection connection)
        {
            Serve(connection, token.Kind == EpollToken.TokenKind.Client ? Side.Client : Side.Backend, events);
        }
    }

    public void Resume(EpollToken token)
    {
        if (_parts.Connections.Find(token) is LinuxConnection connection)
        {
            connection.IsReady = false;
            _relay.Run(connection);
        }
    }

    public void Expire(EpollToken token, long now)
    {
        if (_parts.Connections.Find(token) is LinuxConnection connection)
        {
            _timeouts.Expire(connection, now);
        }
    }

    public void Contain(EpollToken token)
    {
        if (_parts.Connections.Find(token) is LinuxConnection connection)
        {
            _closer.End(connection, CloseReason.InternalError);
        }
    }

    public void Turn() => _acceptors.Accept();

    public int LimitTimeout(int timeout) => _acceptors.LimitTimeout(timeout);

    public bool TryClose(ConnectionHandle handle, CloseReason reason)
    {
        for (int i = 0; i < _parts.Connections.Bound; i++)
        {
            if (_parts.Connections.At(i) is LinuxConnection { HoldsEntry: true } connection && connection.Handle == handle)
            {
                _closer.End(connection, reason);
                return true;
            }
        }

        return false;
    }

    /// <summary>Turns away clients that were passed on to this reactor when it had ended. Any thread, once all reactors have ended.</summary>
    public void RejectPassed()
    {
        while (_parts.Exchange is ClientExchange exchange && exchange.TryTake(_parts.Number, out AcceptedClient client))
        {
            _parts.Forwarder.NotAccepted(client.Listener);
            ConnectionCloser.Reject(client.Descriptor);
        }
    }

    public void Release()
    {
        _acceptors.Close();
        for (int i = 0; i < _parts.Connections.Bound; i++)
        {
            if (_parts.Connections.At(i) is LinuxConnection connection)
            {
                _closer.End(connection, CloseReason.Stopped);
            }
        }

        _parts.Pipes.Close();
    }

    private void Serve(LinuxConnection connection, Side side, uint events)
    {
        if (connection.Stage == ConnectionStage.Relaying)
        {
            connection.End(side).Note(events);
            _relay.Run(connection);
        }
        else if (connection.Stage is ConnectionStage.Connecting or ConnectionStage.Waiting)
        {
            _connector.Continue(connection, side, events);
        }
        else
        {
            _inspector.Continue(connection, events);
        }
    }
}
