// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>One UDP listener, or its half for one family of addresses: its sockets, its flows, and the queue that owns them.</summary>
/// <remarks>
/// Everything that moves a datagram or touches a flow is work of <see cref="Owner"/>: input from clients and from backends, the
/// tick, closing. So nothing of it needs a lock, at the price that a listener uses one core at a time.
/// </remarks>
internal sealed class DatagramListener : IOwnedWork, IFlowOwner, IDisposable
{
    private const int StallMilliseconds = 500;

    private readonly SocketsShared _shared;
    private readonly DatagramSocket _socket;
    private readonly LocalSockets? _locals;
    private readonly List<FlowClosing> _closing = [];
    private readonly List<IOwnedWork> _resting = [];
    private bool _isRemoved;
    private long _now;
    private long _lastTick;
    private int _isTicking;
    private int _roomWanted;

    private DatagramListener(SocketsShared shared, Listener listener, IPEndPoint bind, DatagramSocket socket, DatagramShared datagrams)
    {
        _shared = shared;
        Listener = listener;
        _socket = socket;
        _lastTick = shared.Timers.Milliseconds;
        Owner = new OwnerQueue(shared.Context.Logger);
        Relay = new FlowRelay(shared, listener, bind.AddressFamily, datagrams, Owner);
        if (DatagramSetup.IsWildcard(bind))
        {
            _locals = new LocalSockets(socket, datagrams, opened => Owner.Post(new DatagramReceiver(this, opened)));
        }

        shared.Context.Flows.Add(this);
    }

    public Listener Listener { get; }

    public int Port => ((IPEndPoint)_socket.Socket.LocalEndPoint!).Port;

    /// <summary>The listener was removed, and its last flow has ended. Any thread.</summary>
    public bool IsClosed => _socket.IsDisposed;

    public OwnerQueue Owner { get; }

    public FlowRelay Relay { get; }

    /// <summary>Any thread.</summary>
    public long OldestUnanswered => Relay.Flows.UnansweredSince;

    public IOwnedWork? NextWork { get; set; }

    /// <summary>Binds the listener's socket; from here on the kernel keeps what clients send.</summary>
    /// <exception cref="ListenerBindException">The address cannot be bound.</exception>
    public static DatagramListener Bind(SocketsShared shared, Listener listener, IPEndPoint bind, DatagramShared datagrams)
    {
        var socket = new DatagramSocket(DatagramSetup.Bind(listener, bind), localAddressId: 0);
        return new DatagramListener(shared, listener, bind, socket, datagrams);
    }

    /// <summary>Begins to take datagrams.</summary>
    public void Start() =>
        Owner.PostAside(_locals is null ? new DatagramReceiver(this, _socket) : new WildcardReceiver(this, _socket, _locals));

    /// <summary>The transport's tick only.</summary>
    public void OnTick(long now)
    {
        if (Interlocked.Exchange(ref _isTicking, 1) == 0)
        {
            Volatile.Write(ref _now, now);
            Owner.Post(this);
        }
    }

    /// <summary>Any thread. Who asks again before the owner has come to it wants the same flows to go, and not more.</summary>
    public void MakeRoom(int flows)
    {
        int seen = Volatile.Read(ref _roomWanted);
        if (flows > seen && Interlocked.CompareExchange(ref _roomWanted, flows, seen) == 0)
        {
            Owner.PostAside(new OwnerErrand(() =>
            {
                for (int wanted = Interlocked.Exchange(ref _roomWanted, 0); wanted > 0 && Relay.Flows.TryEvictUnanswered(null); wanted--)
                {
                }

                return true;
            }));
        }
    }

    /// <summary>Does the work again at the next tick. Owner only.</summary>
    public void RunAtNextTick(IOwnedWork work) => _resting.Add(work);

    /// <summary>Ends the flows that live now and that the scope covers, spread over the time; completes when all have ended. Any thread.</summary>
    public Task CloseAsync(CloseReason reason, long spreadMilliseconds, CloseScope scope)
    {
        var closing = new FlowClosing(Relay.Flows, scope, reason, _shared.ReadMilliseconds(), spreadMilliseconds, _closing.Add);
        Owner.PostAside(closing);
        return closing.Ended;
    }

    /// <summary>Ends the flow that holds the row. False when it has ended already. Any thread.</summary>
    public Task<bool> TryCloseAsync(ConnectionHandle handle, CloseReason reason) =>
        RunAsync(() => Relay.Flows.All.FirstOrDefault(flow => flow.Handle == handle) is SocketFlow flow && Relay.Flows.End(flow, reason));

    /// <summary>Closes the sockets as soon as no flow is left; the forwarder begins none any more. Completes at once. Any thread.</summary>
    public Task RemoveAsync() => RunAsync(() =>
    {
        _isRemoved = true;
        return TryCloseRemoved();
    });

    /// <summary>Takes <see cref="RemoveAsync"/> back. False when the sockets are closed already. Any thread.</summary>
    public Task<bool> TryKeepAsync() => RunAsync(() =>
    {
        _isRemoved &= IsClosed;
        return !IsClosed;
    });

    /// <summary>Closes the sockets, so that no flow can begin any more, and then ends every flow. Any thread, once, and after it no other member.</summary>
    public async Task StopAsync()
    {
        await RunAsync(() =>
        {
            Dispose();
            return true;
        }).ConfigureAwait(false);
        await CloseAsync(CloseReason.Stopped, spreadMilliseconds: 0, default).ConfigureAwait(false);
    }

    /// <summary>Closes the sockets. For a listener that was never started; the owner of one that was does it in <see cref="StopAsync"/>.</summary>
    public void Dispose()
    {
        _shared.Context.Flows.Remove(this);
        _socket.Dispose();
        _locals?.Dispose();
        Relay.Dispose();
    }

    /// <summary>The tick: time-outs, spread closing, and what rests.</summary>
    void IOwnedWork.Run()
    {
        long now = Volatile.Read(ref _now);
        Volatile.Write(ref _isTicking, 0);
        bool hasStalled = now - _lastTick > StallMilliseconds;
        _lastTick = now;
        for (int i = _closing.Count - 1; i >= 0; i--)
        {
            if (_closing[i].CloseDue(now))
            {
                _closing.RemoveAt(i);
            }
        }

        foreach (IOwnedWork work in _resting)
        {
            Owner.Post(work);
        }

        _resting.Clear();

        Relay.OnTick(now);

        // After a stall of this process replies may have come long ago and only we did not look: they get a chance first.
        if (!hasStalled)
        {
            Relay.Flows.Expire(now);
        }

        TryCloseRemoved();
    }

    void IOwnedWork.OnFailed()
    {
        // The next tick goes on.
    }

    private bool TryCloseRemoved()
    {
        // Both halves of a listener close together, so that both can be kept until then.
        bool isUnused = _isRemoved && !IsClosed && Relay.Flows.All.Count == 0 && Listener.ActiveCount == 0;
        if (isUnused)
        {
            Dispose();
        }

        return isUnused;
    }

    private Task<bool> RunAsync(Func<bool> action)
    {
        var errand = new OwnerErrand(action);
        Owner.PostAside(errand);
        return errand.Done;
    }
}
