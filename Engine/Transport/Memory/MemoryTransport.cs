// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Tables;
using LbEngine.Timing;
using LbEngine.Transport;

namespace LbEngine.Testing;

/// <summary>Carries the connections and flows of one engine over a <see cref="MemoryNetwork"/>: listeners, what is live, one wheel, one timer.</summary>
/// <remarks>Public members of <see cref="ITransport"/>: any thread. The rest: under the lock of the <see cref="RunQueue"/>.</remarks>
internal sealed class MemoryTransport : ITransport, IInspectionHolder
{
    // What backends see as their client.
    private static readonly IPAddress SourceAddress = IPAddress.Loopback;

    private readonly MemoryNetwork _network;
    private readonly ITimer _timer;
    private readonly List<MemoryListener> _listeners = [];
    private readonly List<MemoryDatagramListener> _datagramListeners = [];
    private readonly RelayedFlows _flows;
    private readonly HashSet<IRelayed> _live = [];
    private readonly List<(HashSet<IRelayed> Left, TaskCompletionSource Closed)> _closing = [];
    private long _accepted;
    private long _armedFor = -1;

    public MemoryTransport(MemoryNetwork network, Transport.TransportContext context)
    {
        _network = network;
        Context = context;
        Wheel = new ExactWheel(Now);
        _flows = new RelayedFlows(this);
        _timer = context.TimeProvider.CreateTimer(
            static state => ((MemoryTransport)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Queue.FromEngine(() => Queue.Add(this));
    }

    public string Name => "memory";

    /// <summary>The network gives an address to one of two.</summary>
    public bool CanOverlap(bool isDatagram) => false;

    public Transport.TransportContext Context { get; }

    public ExactWheel Wheel { get; }

    /// <summary>All happens under one lock.</summary>
    public bool IsOneThread => true;

    public RunQueue Queue => _network.Queue;

    public DatagramWires Datagrams => _network.Datagrams;

    public long Now => CoarseClock.ReadMilliseconds(Context.TimeProvider);

    public ValueTask StartAsync(IReadOnlyList<Listener> listeners, CancellationToken cancellationToken)
    {
        Queue.FromEngine(() => BindAll(listeners));
        return ValueTask.CompletedTask;
    }

    public ValueTask AddListenersAsync(IReadOnlyList<Listener> listeners) => StartAsync(listeners, CancellationToken.None);

    public ValueTask RemoveListenersAsync(IReadOnlyList<Listener> listeners)
    {
        Queue.FromEngine(() =>
        {
            Unbind(listeners.Contains);
            _datagramListeners.ForEach(bound => bound.IsLeaving |= listeners.Contains(bound.Listener));
            UnbindLeft();
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> TryKeepListenerAsync(Listener listener)
    {
        bool isKept = false;
        Queue.FromEngine(() =>
        {
            foreach (MemoryDatagramListener leaving in _datagramListeners.Where(bound => bound.Listener == listener))
            {
                leaving.IsLeaving = false;
                isKept = true;
            }
        });
        return new ValueTask<bool>(isKept);
    }

    public ValueTask StopAcceptingAsync()
    {
        Queue.FromEngine(() => Unbind(static _ => true));
        return ValueTask.CompletedTask;
    }

    public ValueTask CloseConnectionsAsync(CloseReason reason, TimeSpan spread, CloseScope scope = default)
    {
        var closed = new TaskCompletionSource();
        Queue.FromEngine(() =>
        {
            long now = Now;
            long step = (long)spread.TotalMilliseconds;
            IRelayed[] oldestFirst = [.. _live.Where(relayed => scope.Covers(relayed.Client)).OrderBy(relayed => relayed.Number)];
            _closing.Add(([.. oldestFirst], closed));
            for (int i = 0; i < oldestFirst.Length; i++)
            {
                oldestFirst[i].ForceEnd(reason, now + (step * i / oldestFirst.Length), scope);
            }

            CompleteClosed();
        });
        return new ValueTask(closed.Task);
    }

    public ValueTask<bool> CloseConnectionAsync(ConnectionHandle handle, CloseReason reason)
    {
        bool found = false;
        Queue.FromEngine(() =>
        {
            IRelayed? relayed = _live.FirstOrDefault(live => live.Client.Handle == handle);
            relayed?.ForceEnd(reason, Now, default);
            found = relayed is not null;
        });
        return new ValueTask<bool>(found);
    }

    public ValueTask DisposeAsync()
    {
        Queue.FromEngine(() =>
        {
            Unbind(static _ => true);
            UnbindDatagrams(_datagramListeners);
            Queue.Remove(this);
        });
        return _timer.DisposeAsync();
    }

    /// <summary>Takes what is due off the wheel.</summary>
    public void RunTimers()
    {
        long now = Now;
        while (Wheel.TryTakeExpired(now) is TimerNode node)
        {
            ((IRelayed)node).OnTimer();
        }
    }

    /// <summary>Sets the one timer to the wheel's next deadline.</summary>
    public void ArmTimer()
    {
        long now = Now;
        int wait = Wheel.MillisecondsUntilNext(now);
        long due = wait < 0 ? -1 : now + Math.Max(wait, 1);
        if (due != _armedFor)
        {
            _armedFor = due;
            _timer.Change(due < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(due - now), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Hands an accepted client to the engine.</summary>
    public void Accept(Listener listener, RelayEnd client)
    {
        var connection = new RelayedConnection(this, client, NextNumber());
        var arrival = new Arrival(listener, EndPointKey.From(client.RemoteEndPoint), 0, Now) { Holder = this };
        Placement placement = Context.Forwarder.Arrive(connection, arrival);
        if (placement.Reason != RejectReason.None)
        {
            TurnAway(client, listener.DropsSilently(placement.Reason));
            return;
        }

        _live.Add(connection);
        connection.Start(placement.MustInspect);
    }

    /// <summary>Called while the engine takes another client in, and so under the lock.</summary>
    public void MakeRoom(InspectedClients clients, bool isHolder)
    {
        while (clients.TryTakeAsked(out Connection? client, out _))
        {
            ((RelayedConnection)client).CrowdOut();
        }
    }

    /// <summary>Resets a client, or forgets it.</summary>
    public static void TurnAway(RelayEnd client, bool isSilent)
    {
        if (isSilent)
        {
            client.Vanish();
        }
        else
        {
            client.Abort();
        }
    }

    /// <summary>What a new socket is: an end that is not connected yet.</summary>
    public RelayEnd NewBackendEnd(RelayedConnection connection) =>
        new(Queue, NextSource(), MemoryAddress.Normalize(connection.Backend!.Address)) { Owner = connection };

    public ConnectOutcome Connect(RelayEnd end) => _network.ConnectBackend(end);

    /// <summary>The address that a new socket towards a backend gets.</summary>
    public IPEndPoint NextSource() => _network.NextEndPoint(SourceAddress);

    /// <summary>See <see cref="IRelayed.Number"/>.</summary>
    public long NextNumber() => _accepted++;

    /// <summary>A flow has begun.</summary>
    public void Add(RelayedFlow flow) => _live.Add(flow);

    /// <summary>A connection or a flow has ended: there may be room for a client that waits, and a removed listener may be without flows.</summary>
    public void Remove(IRelayed relayed)
    {
        _live.Remove(relayed);
        _closing.ForEach(closing => closing.Left.Remove(relayed));
        _listeners.ForEach(Queue.Add);
        UnbindLeft();
        CompleteClosed();
    }

    private void OnTimer()
    {
        // Under a manual clock this is the test's own call, so the exceptions of its handlers may come out here.
        if (Context.TimeProvider is ManualTimeProvider)
        {
            Queue.FromTest(Tick);
        }
        else
        {
            Queue.FromEngine(Tick);
        }
    }

    private void Tick()
    {
        _armedFor = -1;
        _listeners.ForEach(Queue.Add);
    }

    /// <summary>Binds all or none.</summary>
    private void BindAll(IReadOnlyList<Listener> listeners)
    {
        try
        {
            foreach (Listener listener in listeners)
            {
                Bind(listener);
            }
        }
        catch (ListenerBindException)
        {
            Unbind(listeners.Contains);
            UnbindDatagrams(_datagramListeners.FindAll(bound => listeners.Contains(bound.Listener)));
            throw;
        }
    }

    private void Bind(Listener listener)
    {
        if (listener.IsDatagram)
        {
            _datagramListeners.AddRange(ListenerSockets.Open(
                listener,
                bind =>
                {
                    var bound = new MemoryDatagramListener(_flows, listener, _network.EndPointFor(bind));
                    Datagrams.Bind(bound, listener.Name);
                    return bound;
                },
                static bound => bound.EndPoint.Port,
                Datagrams.Unbind));
        }
        else
        {
            _listeners.AddRange(ListenerSockets.Open(
                listener, bind => _network.Bind(this, listener, bind), static bound => bound.EndPoint.Port, _network.Unbind));
        }
    }

    private void Unbind(Func<Listener, bool> isMeant)
    {
        foreach (MemoryListener listener in _listeners.FindAll(bound => isMeant(bound.Listener)))
        {
            listener.Close();
            _network.Unbind(listener);
            _listeners.Remove(listener);
        }
    }

    private void UnbindDatagrams(List<MemoryDatagramListener> meant)
    {
        foreach (MemoryDatagramListener listener in meant.ToArray())
        {
            Datagrams.Unbind(listener);
            _datagramListeners.Remove(listener);
        }
    }

    /// <summary>Takes away removed UDP listeners whose last flow has ended.</summary>
    private void UnbindLeft()
    {
        if (_datagramListeners.Exists(bound => bound.IsLeaving))
        {
            UnbindDatagrams(_datagramListeners.FindAll(bound => bound.IsLeaving && !_live.Any(live => live.Client.Listener == bound.Listener)));
        }
    }

    private void CompleteClosed()
    {
        foreach ((HashSet<IRelayed> Left, TaskCompletionSource Closed) closing in _closing.FindAll(closing => closing.Left.Count == 0))
        {
            _closing.Remove(closing);
            Queue.Afterwards(() => closing.Closed.TrySetResult());
        }
    }
}
