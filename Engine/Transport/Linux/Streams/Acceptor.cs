// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Observability;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>Accepts the clients of one listener for one reactor. Reactor thread only.</summary>
internal sealed class Acceptor
{
    // Clients taken in one turn, so that an accept storm cannot starve live connections.
    private const int BatchSize = 64;

    private const long PauseMilliseconds = 10;
    private const long LogEveryMilliseconds = 1000;

    private readonly StreamParts _parts;
    private readonly Listener _listener;
    private readonly ClientPlacer _placer;
    private readonly byte[] _address = new byte[SocketAddressBytes.MaxLength];
    private int _descriptor;
    private bool _isStopping;
    private int _held;
    private long _pausedUntil = long.MinValue;
    private long _nextLog = long.MinValue;

    public Acceptor(StreamParts parts, Listener listener, int descriptor, ClientPlacer placer)
    {
        _parts = parts;
        _listener = listener;
        _descriptor = descriptor;
        _placer = placer;
    }

    /// <summary>Clients may be waiting: the next turn should call <see cref="Accept"/> at once.</summary>
    public bool HasWork { get; private set; } = true;

    /// <summary>A limit, or a shortage, keeps clients in the backlog: look again within some milliseconds.</summary>
    public bool IsHeld { get; private set; }

    public Listener Listener => _listener;

    public bool IsOpen => _descriptor >= 0;

    /// <summary>Registers the listening socket, edge-triggered: held clients must not wake the reactor again and again.</summary>
    public IoResult Register(int index) =>
        _parts.Epoll.Add(_descriptor, Epoll.EPOLLIN | Epoll.EPOLLET, EpollToken.ForListener(index).Value);

    /// <summary>epoll reported clients.</summary>
    public void Note() => HasWork = IsOpen;

    /// <summary>Takes a batch of clients.</summary>
    public void Accept()
    {
        IsHeld = _parts.Clock.Milliseconds < _pausedUntil;
        if (IsHeld)
        {
            return;
        }

        for (int taken = 0; taken < BatchSize; taken++)
        {
            if (_parts.Forwarder.MayAccept(_listener) == AcceptDecision.Hold)
            {
                IsHeld = true;
                HasWork = false;
                NoteHeld(SocketCalls.WaitingClients(_descriptor));
                return;
            }

            IoResult accepted = SocketCalls.Accept(_descriptor, _address);
            if (accepted.Failed)
            {
                _parts.Forwarder.NotAccepted(_listener);
                if (!GoOnAfter(accepted))
                {
                    return;
                }

                continue;
            }

            if (accepted.Value >= _parts.Reactor.Descriptors.Ceiling)
            {
                // Others in this process have opened more than was foreseen: this one client, rather than the runtime, goes without.
                _parts.Forwarder.NotAccepted(_listener);
                ConnectionCloser.Reject(accepted.Value);
                Pause(Errno.EMFILE);
                return;
            }

            _placer.Place(new AcceptedClient(_listener, accepted.Value, SocketAddressBytes.Parse(_address)), mayPass: !_isStopping);
        }

        // More may wait, and those that were held before are reported no more: epoll is edge-triggered.
        HasWork = true;
    }

    /// <summary>Takes the clients that wait in the backlog, then closes the listening socket: closing it first would reset them.</summary>
    public void Stop()
    {
        HasWork = true;
        _isStopping = true;
        for (int round = 0; HasWork && !IsHeld && round < short.MaxValue; round++)
        {
            Accept();
        }

        Close();
    }

    public void Close()
    {
        if (IsOpen)
        {
            SocketCalls.Close(_descriptor);
            _descriptor = -1;
            NoteHeld(0);
            _parts.Forwarder.NobodyWaits(_listener);
        }

        HasWork = false;
        IsHeld = false;
    }

    /// <summary>True to try the next client; false when there is none, or after a shortage.</summary>
    private bool GoOnAfter(IoResult failure)
    {
        switch (failure.Error)
        {
            case Errno.EAGAIN:
                HasWork = false;
                NoteHeld(0);
                return false;
            case Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM:
                Pause(failure.Error);
                return false;
            default:
                // ECONNABORTED and pending network errors belong to the client that was at the head (man 2 accept).
                return true;
        }
    }

    private void NoteHeld(int held)
    {
        if (held != _held)
        {
            _parts.Forwarder.Held(_listener, held - _held);
            _held = held;
        }
    }

    private void Pause(int errno)
    {
        long now = _parts.Clock.Milliseconds;
        _pausedUntil = now + PauseMilliseconds;
        IsHeld = true;
        if (now >= _nextLog)
        {
            _nextLog = now + LogEveryMilliseconds;
            EngineLog.AcceptFailed(_parts.Logger, _listener.Name, Errno.Describe(errno));
        }
    }
}
