// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Connections;
using LbEngine.Timing;
using LbEngine.Transport;

namespace LbEngine.Testing;

/// <summary>Carries the connections and flows of one engine over a <see cref="MemoryNetwork"/>: listeners, what is live, one wheel, one timer.</summary>
/// <remarks>Public members of <see cref="ITransport"/>: any thread. The rest: under the lock of the <see cref="RunQueue"/>.</remarks>
internal sealed class MemoryTransport : ITransport
{
    // What backends see as their client.
    private static readonly IPAddress SourceAddress = IPAddress.Loopback;

    private readonly MemoryNetwork _network;
    private readonly ITimer _timer;
    private readonly List<MemoryListener> _listeners = [];
    private readonly List<MemoryDatagramListener> _datagramListeners = [];
    private readonly RelayedFlows _flows;
    private readonly HashSet<IRelayed> _live = [];
    private readonly List<TaskCompletionSource> _whenEmpty = [];
    private long _accepted;
    private long _armedFor = -1;

    public MemoryTransport(MemoryNetwork network, Transport.TransportContext context)
    {
        _network = network;
        Context = context;
        Wheel = new ExactWheel(Now);
        _flows = new RelayedFlows(this);
        _timer = context.TimeProvider.CreateTimer(static state => ((MemoryTransport)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Queue.FromEngine(() => Queue.Add(this));
    }

    public string Name => "memory";

    public Transport.TransportContext Context { get; }

    public ExactWheel Wheel { get; }

    public RunQueue Queue => _network.Queue;

    public DatagramWires Datagrams => _network.Datagrams;

    public long Now => CoarseClock.ReadMilliseconds(Context.TimeProvider);

    public ValueTask StartAsync(IReadOnlyList<Listener> listeners, CancellationToken cancellationToken)
    {
        Queue.FromEngine(() =>
        {
            foreach (Listener listener in listeners)
            {
                Bind(listener);
            }
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask AddListenersAsync(IReadOnlyList<Listener> listeners) => throw new NotImplementedException();

    public ValueTask RemoveListenersAsync(IReadOnlyList<Listener> listeners) => throw new NotImplementedException();

    public ValueTask<bool> CloseConnectionAsync(ConnectionHandle handle, CloseReason reason) => throw new NotImplementedException();

    public ValueTask StopAcceptingAsync()
    {
        Queue.FromEngine(Unbind);
        return ValueTask.CompletedTask;
    }

    public ValueTask CloseConnectionsAsync(CloseReason reason, TimeSpan spread, CloseScope scope = default)
    {
        var closed = new TaskCompletionSource();
        Queue.FromEngine(() =>
        {
            long now = Now;
            long step = (long)spread.TotalMilliseconds;
            IRelayed[] oldestFirst = [.. _live.OrderBy(relayed => relayed.Number)];
            for (int i = 0; i < oldestFirst.Length; i++)
            {
                oldestFirst[i].ForceEnd(reason, now + (step * i / oldestFirst.Length));
            }

            _whenEmpty.Add(closed);
            CompleteWhenEmpty();
        });
        return new ValueTask(closed.Task);
    }

    public ValueTask DisposeAsync()
    {
        Queue.FromEngine(() =>
        {
            Unbind();
            UnbindDatagrams();
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
        var arrival = new Arrival(listener, EndPointKey.From(client.RemoteEndPoint), 0, Now);
        if (!Context.Forwarder.Admit(connection, arrival).IsPlaced)
        {
            client.Abort();
            return;
        }

        _live.Add(connection);
        connection.Start();
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

    /// <summary>A connection or a flow has ended: there may be room for a client that waits.</summary>
    public void Remove(IRelayed relayed)
    {
        _live.Remove(relayed);
        _listeners.ForEach(Queue.Add);
        CompleteWhenEmpty();
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

    private void Bind(Listener listener)
    {
        try
        {
            if (listener.IsDatagram)
            {
                BindDatagrams(listener);
                return;
            }

            MemoryListener bound = _network.Bind(this, listener);
            listener.BoundEndPoint = bound.EndPoint;
            _listeners.Add(bound);
        }
        catch (ListenerBindException)
        {
            Unbind();
            UnbindDatagrams();
            throw;
        }
    }

    private void BindDatagrams(Listener listener)
    {
        var bound = new MemoryDatagramListener(_flows, listener, _network.EndPointFor(listener.Bind));
        Datagrams.Bind(bound, listener.Name);
        listener.BoundEndPoint = bound.EndPoint;
        _datagramListeners.Add(bound);
    }

    private void UnbindDatagrams()
    {
        _datagramListeners.ForEach(Datagrams.Unbind);
        _datagramListeners.Clear();
    }

    private void Unbind()
    {
        foreach (MemoryListener listener in _listeners)
        {
            listener.Close();
            _network.Unbind(listener);
        }

        _listeners.Clear();
    }

    private void CompleteWhenEmpty()
    {
        if (_live.Count == 0)
        {
            _whenEmpty.ForEach(closed => Queue.Afterwards(() => closed.TrySetResult()));
            _whenEmpty.Clear();
        }
    }
}
