// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>The UDP half of a reactor: its listeners and flows. Reactor thread only.</summary>
internal sealed class DatagramReactor : IReactorHalf
{
    private const int LeavingLookMilliseconds = 50;

    private readonly FlowParts _parts;
    private readonly FlowCloser _closer;
    private readonly RequestRelay _requests;
    private readonly ReplyRelay _replies;
    private readonly OneWayRelay _oneWay;
    private readonly List<DatagramListener> _listeners = [];

    public DatagramReactor(ReactorParts parts, IUdpForwarder forwarder)
    {
        _parts = new FlowParts(parts, forwarder);
        _closer = new FlowCloser(_parts);
        var batch = new RequestBatch(_parts);
        var eviction = new FlowEviction(_closer, batch, _listeners);
        var opener = new FlowOpener(_parts, _closer, eviction);
        _oneWay = new OneWayRelay(_parts, opener);
        _requests = new RequestRelay(_parts, _closer, opener, eviction, batch, _oneWay);
        _replies = new ReplyRelay(_parts, _closer, opener);
    }

    /// <summary>Datagrams wait at some listener.</summary>
    public bool HasWork
    {
        get
        {
            foreach (DatagramListener listener in _listeners)
            {
                if (listener.HasWork)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public int Bound => _closer.Bound;

    /// <summary>Copies of first datagrams that are out, for tests.</summary>
    public int Kept => _parts.Kept.Count;

    public PlacedClient? At(int index) => _closer.At(index);

    public void CloseAt(int index, CloseReason reason) => _closer.CloseAt(index, reason);

    /// <summary>Takes over a bound socket; of those of one listener one takes what goes to groups.</summary>
    public void Listen(Listener listener, int descriptor, LocalAddressBook? book, bool takesGroups)
    {
        var entrance = new DatagramListener(listener, descriptor, book, takesGroups, asked => _parts.Reactor.Post(() => MakeRoom(asked)));
        _parts.Reactor.Flows.Add(entrance);
        int index = _listeners.FindIndex(old => !old.IsOpen);
        if (index < 0)
        {
            index = _listeners.Count;
            _listeners.Add(entrance);
        }
        else
        {
            _listeners[index] = entrance;
        }

        _parts.Reactor.Epoll.Add(descriptor, Epoll.EPOLLIN | Epoll.EPOLLET, EpollToken.ForDatagramListener(index).Value);
    }

    /// <summary>Closes the socket of each listener as soon as none of its flows lives, perhaps at once. Only when no reactor can begin one any more.</summary>
    public void Remove(IReadOnlySet<Listener> listeners)
    {
        foreach (DatagramListener entrance in _listeners)
        {
            entrance.IsLeaving |= listeners.Contains(entrance.Listener);
        }

        _replies.Flush();
        CloseLeft();
    }

    /// <summary>Leaves what clients send to another process that reads from the same sockets.</summary>
    public void StopReceiving()
    {
        foreach (DatagramListener entrance in _listeners.Where(entrance => entrance.IsOpen))
        {
            _parts.Reactor.Epoll.Remove(entrance.Descriptor);
            entrance.HasWork = false;
        }
    }

    /// <summary>Takes a removal back; tells how many of the listener's sockets are still open.</summary>
    public int Keep(Listener listener)
    {
        int open = 0;
        foreach (DatagramListener entrance in _listeners)
        {
            if (entrance.Listener == listener && entrance.IsOpen)
            {
                entrance.IsLeaving = false;
                open++;
            }
        }

        return open;
    }

    // The last flow of a listener may end on another reactor, which tells nobody.
    public int LimitTimeout(int timeout) =>
        (uint)timeout > LeavingLookMilliseconds && _listeners.Exists(static entrance => entrance is { IsOpen: true, IsLeaving: true })
            ? LeavingLookMilliseconds
            : timeout;

    public bool TryClose(ConnectionHandle handle, CloseReason reason)
    {
        if (_parts.At(handle) is not LinuxFlow flow)
        {
            return false;
        }

        _closer.End(flow, reason);
        return true;
    }

    public void Serve(EpollToken token, uint events)
    {
        if (token.Kind == EpollToken.TokenKind.Flow)
        {
            // Datagrams of a backend, or an error.
            Read(token, hasError: (events & Epoll.EPOLLERR) != 0);
        }
        else if (token.Kind == EpollToken.TokenKind.OneWay)
        {
            _oneWay.TakeErrors(token);
        }
        else if (token.Index < _listeners.Count)
        {
            // The report may be older than a removal in the same turn.
            _listeners[token.Index].HasWork = _listeners[token.Index].IsOpen;
        }
    }

    public void Resume(EpollToken token) => Read(token, hasError: false);

    /// <summary>Sends the replies gathered in this turn, then takes datagrams of clients.</summary>
    public void Turn()
    {
        _replies.Flush();
        foreach (DatagramListener listener in _listeners)
        {
            if (listener.HasWork)
            {
                _requests.Relay(listener);
            }
        }

        CloseLeft();
    }

    public void Expire(EpollToken token, long now)
    {
        if (token.Kind == EpollToken.TokenKind.OneWay)
        {
            _oneWay.Expire(token, now);
            return;
        }

        if (_parts.Flows.Find(token) is not LinuxFlow flow)
        {
            return;
        }

        long deadline = _parts.Table.GetEntry(flow.Handle).LastActiveMilliseconds + flow.State.TimeoutMilliseconds(flow.Listener.Flows);
        if (now < deadline)
        {
            _parts.Wheel.Schedule(flow, deadline);
        }
        else
        {
            _closer.End(flow, flow.State.TimeoutReason);
        }
    }

    public void Contain(EpollToken token)
    {
        if (token.Kind == EpollToken.TokenKind.Flow && _parts.Flows.Find(token) is LinuxFlow flow)
        {
            _closer.End(flow, CloseReason.InternalError);
        }
    }

    public void Release()
    {
        for (int i = 0; i < _closer.Bound; i++)
        {
            if (_closer.At(i) is not null)
            {
                _closer.CloseAt(i, CloseReason.Stopped);
            }
        }

        _oneWay.Close();
        _listeners.ForEach(Close);
    }

    private void Read(EpollToken token, bool hasError)
    {
        if (_parts.Flows.Find(token) is LinuxFlow flow)
        {
            flow.IsReady = false;
            _replies.Read(flow, hasError);
        }
    }

    private void MakeRoom(DatagramListener entrance)
    {
        for (int wanted = entrance.TakeRoomWanted(); wanted > 0 && entrance.Unanswered.Oldest is LinuxFlow oldest; wanted--)
        {
            _closer.End(oldest, CloseReason.Evicted);
        }
    }

    private void Close(DatagramListener entrance)
    {
        _parts.Reactor.Flows.Remove(entrance);
        entrance.Close();
    }

    /// <summary>Closes what has been left. Only while no reply waits to be sent.</summary>
    private void CloseLeft()
    {
        foreach (DatagramListener listener in _listeners)
        {
            if (listener.MayClose)
            {
                Close(listener);
            }
        }

        // Every turn looks at all of them.
        while (_listeners.Count > 0 && !_listeners[^1].IsOpen)
        {
            _listeners.RemoveAt(_listeners.Count - 1);
        }
    }
}
