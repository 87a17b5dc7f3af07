// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>The flows of one listener: how they begin, are found, time out, make room for others, and end. Owner only.</summary>
internal sealed class LiveFlows : IDisposable
{
    /// <summary>Idle flow objects kept; a burst above it is left to the collector.</summary>
    private const int MaxPooled = 4096;

    private readonly SocketsShared _shared;
    private readonly Listener _listener;
    private readonly DatagramShared _datagrams;
    private readonly Func<SocketFlow> _create;
    private readonly Stack<SocketFlow> _pool = new();
    private readonly List<SocketFlow> _live = [];
    private readonly UnansweredFlows _unanswered = new();
    private readonly FirstDatagrams _firstDatagrams = new();
    private readonly FlowTimeouts _timeouts;
    private bool _isDisposed;

    public LiveFlows(SocketsShared shared, Listener listener, DatagramShared datagrams, Func<SocketFlow> create)
    {
        _shared = shared;
        _listener = listener;
        _datagrams = datagrams;
        _create = create;
        _timeouts = new FlowTimeouts(shared);
    }

    /// <summary>Flows in no particular order.</summary>
    public IReadOnlyList<SocketFlow> All => _live;

    /// <summary>When the oldest flow that was never answered began; <see cref="long.MaxValue"/> when there is none. Any thread.</summary>
    public long UnansweredSince => _unanswered.Since;

    private IUdpForwarder Forwarder => _shared.Context.UdpForwarder;

    /// <summary>The flow that takes the next datagram of this client, when there is one.</summary>
    public SocketFlow? Find(in DatagramSender sender, ushort localAddressId)
    {
        var key = new FlowKey(sender.Client, _listener.Id, localAddressId) { Peer = sender.Peer };
        return _shared.Table.TryFind(key, out ConnectionHandle handle) ? _datagrams.Find(handle) : null;
    }

    /// <summary>A flow object to be admitted; then <see cref="Add"/> or <see cref="GiveBack"/>.</summary>
    public SocketFlow Rent() => _pool.TryPop(out SocketFlow? flow) ? flow : _create();

    /// <summary>The flow was admitted.</summary>
    public void Add(SocketFlow flow, long now)
    {
        flow.IsDetached = _shared.Table.GetEntry(flow.Handle).Kind == EntryKind.DetachedFlow;
        if (!flow.IsDetached)
        {
            _datagrams.Set(flow.Handle, flow);
        }

        flow.LiveIndex = _live.Count;
        _live.Add(flow);
        _timeouts.Begin(flow, now);
    }

    /// <summary>The flow has a socket: from here on it makes room for others until it is answered.</summary>
    public void OnOpened(SocketFlow flow) => _unanswered.Add(flow);

    /// <summary>The flow is to get another socket, and does not make room meanwhile.</summary>
    public void OnMoving(SocketFlow flow) => _unanswered.Remove(flow);

    /// <summary>Keeps the first datagram, should it have to go to another backend.</summary>
    public void KeepFirst(SocketFlow flow, ReadOnlySpan<byte> datagram)
    {
        if (FlowStory.KeepsFirst(datagram.Length, _firstDatagrams.Count, flow.Attempts, flow.Pool.ConnectAttempts))
        {
            flow.FirstDatagram = _firstDatagrams.Keep(datagram);
            flow.FirstLength = datagram.Length;
        }
    }

    /// <summary>The first reply came.</summary>
    public void OnAnswered(SocketFlow flow)
    {
        Forwarder.Answered(flow);
        _unanswered.Remove(flow);
        ForgetFirst(flow);
    }

    /// <summary>Lets the next datagram of the client begin another flow; this one waits for replies. False when there was no room for that.</summary>
    public bool TryDetach(SocketFlow flow)
    {
        ConnectionHandle handle = flow.Handle;
        if (!_shared.Table.TryDetach(ref handle))
        {
            return false;
        }

        _datagrams.Set(flow.Handle, null);
        flow.Handle = handle;
        flow.IsDetached = true;
        return true;
    }

    /// <summary>
    /// Ends the oldest flow that was never answered: of a listener, or of any when null. False when there is none; those of another listener have
    /// another owner.
    /// </summary>
    public bool TryEvictUnanswered(Listener? listener)
    {
        if (_unanswered.Oldest is not SocketFlow oldest || (listener is not null && !ReferenceEquals(listener, _listener)))
        {
            return false;
        }

        End(oldest, CloseReason.Evicted);
        return true;
    }

    /// <summary>Ends the flow; false when it has ended already: the first reason stays. Its object comes back by itself and is given back then.</summary>
    public bool End(SocketFlow flow, CloseReason reason)
    {
        if (flow.IsEnded)
        {
            return false;
        }

        flow.IsEnded = true;
        Remove(flow);
        ForgetFirst(flow);
        Forwarder.Ended(flow, reason, _shared.ReadMilliseconds());
        flow.Socket?.Dispose();
        return true;
    }

    /// <summary>Ends what has timed out.</summary>
    public void Expire(long now)
    {
        while (_timeouts.TakeExpired(now) is SocketFlow flow)
        {
            End(flow, flow.State.TimeoutReason);
        }
    }

    /// <summary>Takes back a flow that is in no other place: it was never open, or has ended and come back.</summary>
    public void GiveBack(SocketFlow flow)
    {
        flow.Reset();
        if (_pool.Count < MaxPooled && !_isDisposed)
        {
            _pool.Push(flow);
        }
        else
        {
            flow.Dispose();
        }
    }

    /// <summary>Pools no flow any more. Those that live have to be ended all the same.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        while (_pool.TryPop(out SocketFlow? flow))
        {
            flow.Dispose();
        }
    }

    private void Remove(SocketFlow flow)
    {
        if (!flow.IsDetached)
        {
            _datagrams.Set(flow.Handle, null);
        }

        SocketFlow last = _live[^1];
        _live[flow.LiveIndex] = last;
        last.LiveIndex = flow.LiveIndex;
        _live.RemoveAt(_live.Count - 1);
        _unanswered.Remove(flow);
        _timeouts.Cancel(flow);
    }

    private void ForgetFirst(SocketFlow flow)
    {
        if (flow.FirstDatagram is byte[] copy)
        {
            flow.FirstDatagram = null;
            _firstDatagrams.Give(copy);
        }
    }
}
