// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Timing;
using LbEngine.Transport.Linux.Datagrams;
using LbEngine.Transport.Linux.Interop;
using LbEngine.Transport.Linux.Streams;

namespace LbEngine.Transport.Linux;

/// <summary>One thread with one epoll instance; owns its connections for life.</summary>
/// <remarks>
/// A turn: wait for events, serve them, accept, give connections with leftovers another turn, then look at timers. Timers
/// come last and only once all pending events were seen, so that after a stall of this process nothing expires that had in
/// fact moved. Everything is called on the reactor's thread except where a member says otherwise.
/// </remarks>
internal sealed class Reactor
{
    private const int EventBatch = 256;
    private const int FullBatchesBeforeTimers = 16;
    private const int StallMilliseconds = 100;

    private readonly ReactorParts _parts;
    private readonly WakeEvent _wake;
    private readonly EpollEvents _events = new(EventBatch);
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StreamReactor _streams;
    private readonly IUdpForwarder _udpForwarder;
    private readonly Thread _thread;
    private DatagramReactor? _datagrams; // only where there are UDP listeners
    private int _fullBatches;
    private bool _stopping;

    private Reactor(TransportContext context, Epoll epoll, WakeEvent wake, ushort number)
    {
        _parts = new ReactorParts(context, epoll, number, Post);
        _wake = wake;
        _streams = new StreamReactor(_parts, context.Forwarder);
        _udpForwarder = context.UdpForwarder;
        _thread = new Thread(Run) { IsBackground = true, Name = $"lb-reactor-{number}" };
    }

    private enum Errand
    {
        /// <summary>epoll reported something.</summary>
        Serve,

        /// <summary>A budget was used up; the work goes on.</summary>
        Resume,

        /// <summary>A timer fired.</summary>
        Expire,
    }

    /// <summary>For tests and status: what is rented now. Any thread; exact when the reactor is quiet.</summary>
    internal (int Connections, int Blocks, int Pipes) Rented => _streams.Rented;

    /// <summary>Opens the reactor's own descriptors. Throws when the system has none left.</summary>
    public static Reactor Open(TransportContext context, ushort number)
    {
        Epoll epoll = Epoll.TryOpen(out int errno) ?? throw new IOException($"epoll_create1: {Errno.Describe(errno)}");
        WakeEvent? wake = WakeEvent.TryOpen(out errno);
        if (wake is null)
        {
            epoll.Close();
            throw new IOException($"eventfd: {Errno.Describe(errno)}");
        }

        epoll.Add(wake.Descriptor, Epoll.EPOLLIN | Epoll.EPOLLET, EpollToken.Wake.Value);
        return new Reactor(context, epoll, wake, number);
    }

    /// <summary>Hands a listening socket to the reactor, which owns it from now on. Before <see cref="Start"/>, or on the reactor's thread.</summary>
    public void Listen(Listener listener, int descriptor) => _streams.Listen(listener, descriptor);

    /// <summary>Hands a bound UDP socket to the reactor, which owns it from now on. Before <see cref="Start"/>, or on the reactor's thread.</summary>
    public void ListenForDatagrams(Listener listener, int descriptor, LocalAddressBook? book, bool takesGroups)
    {
        _datagrams ??= new DatagramReactor(_parts, _udpForwarder);
        _datagrams.Listen(listener, descriptor, book, takesGroups);
    }

    /// <summary>Lets several reactors pass clients on to each other. Before <see cref="Start"/>.</summary>
    public static void Connect(IReadOnlyList<Reactor> reactors)
    {
        if (reactors.Count > 1)
        {
            var exchange = new ClientExchange(reactors.Select(static reactor => reactor._wake));
            foreach (Reactor reactor in reactors)
            {
                reactor._streams.Exchange = exchange;
            }
        }
    }

    public void Start() => _thread.Start();

    /// <summary>Runs a command on the reactor's thread; completes without it when the reactor ends first. Any thread.</summary>
    public Task PostAsync(Action<Reactor> command)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _commands.Enqueue(() =>
        {
            command(this);
            done.SetResult();
        });
        _wake.Signal();
        return Task.WhenAny(done.Task, _ended.Task);
    }

    /// <summary>
    /// Ends the thread (or frees a reactor that was never started); what is still open is closed with <see cref="CloseReason.Stopped"/>. Any thread,
    /// once.
    /// </summary>
    public Task StopAsync()
    {
        if (!_thread.IsAlive)
        {
            // Never started: nothing runs that could close these.
            Release();
            return Task.CompletedTask;
        }

        _commands.Enqueue(() => _stopping = true);
        _wake.Signal();
        return _ended.Task;
    }

    /// <summary>Takes TCP listeners out: the clients of their backlogs are served, then their sockets are closed.</summary>
    public void Remove(IReadOnlySet<Listener> listeners) => _streams.StopAccepting(listeners);

    /// <summary>Closes the socket of each UDP listener with the listener's last flow.</summary>
    public void CloseUnused(IReadOnlySet<Listener> listeners) => _datagrams?.Remove(listeners);

    /// <summary>Takes <see cref="CloseUnused"/> back; tells how many of the listener's sockets are still open.</summary>
    public int Keep(Listener listener) => _datagrams?.Keep(listener) ?? 0;

    /// <summary>Closes one connection or flow; false when the handle names none of this reactor.</summary>
    public bool TryClose(ConnectionHandle handle, CloseReason reason) =>
        _streams.TryClose(handle, reason) || (_datagrams is not null && _datagrams.TryClose(handle, reason));

    /// <summary>Another process takes the datagrams of clients from now on.</summary>
    public void StopReceivingDatagrams() => _datagrams?.StopReceiving();

    public void StopAccepting() => _streams.StopAccepting(null);

    /// <summary>Closes the connections and flows of a scope spread over a time; the task completes with the last of them, or with the reactor.</summary>
    public Task Close(CloseScope scope, CloseReason reason, TimeSpan spread)
    {
        Task connections = new SpreadClose(_parts, _streams, scope, reason, spread).Completion;
        Task flows = _datagrams is null ? Task.CompletedTask : new SpreadClose(_parts, _datagrams, scope, reason, spread).Completion;
        return Task.WhenAny(Task.WhenAll(connections, flows), _ended.Task);
    }

    /// <summary>Turns away clients that were passed on to a reactor that had ended, and closes what others wake it by. Once all have ended.</summary>
    public void Free()
    {
        _streams.RejectPassed();
        _wake.Close();
    }

    private void Post(Action command)
    {
        _commands.Enqueue(command);
        _wake.Signal();
    }

    private void Run()
    {
        try
        {
            while (!_stopping)
            {
                Turn();
            }
        }
        catch (Exception exception)
        {
            // Outside any connection: the reactor's own state can no longer be trusted.
            Environment.FailFast($"Reactor {_thread.Name} met an impossible error.", exception);
        }

        Release();
        _ended.SetResult();
    }

    private void Turn()
    {
        long before = _parts.Clock.Milliseconds;
        int timeout = ChooseTimeout();
        int count = _parts.Epoll.Wait(_events, timeout);
        bool hasStalled = _parts.Clock.Refresh() - before > Math.Max(timeout, 0) + StallMilliseconds && timeout >= 0;
        for (int i = 0; i < count; i++)
        {
            _events.Read(i, out uint events, out ulong data);
            Dispatch(new EpollToken(data), events);
        }

        _streams.Turn();
        GiveTurns();
        _datagrams?.Turn();

        // A process that was stopped comes back with EINTR and no events, while peers have long sent what the timers wait for.
        bool sawAll = count < EventBatch && _datagrams is not { HasWork: true } && !hasStalled;
        _fullBatches = sawAll ? 0 : _fullBatches + 1;
        if (_fullBatches is 0 or >= FullBatchesBeforeTimers)
        {
            ExpireTimers();
        }
    }

    private int ChooseTimeout()
    {
        int timeout = _parts.Ready.Count > 0 || _datagrams is { HasWork: true } ? 0 : _parts.Wheel.MillisecondsUntilNext(_parts.Clock.Milliseconds);
        timeout = _datagrams?.LimitTimeout(timeout) ?? timeout;
        return _streams.LimitTimeout(timeout);
    }

    private void Dispatch(EpollToken token, uint events)
    {
        if (token.Kind == EpollToken.TokenKind.Wake)
        {
            RunCommands();
        }
        else
        {
            Do(Errand.Serve, token, events);
        }
    }

    /// <summary>Those that used up their budget go on; each gets one turn, new leftovers wait for the next round.</summary>
    private void GiveTurns()
    {
        for (int left = _parts.Ready.Count; left > 0; left--)
        {
            Do(Errand.Resume, _parts.Ready.Dequeue());
        }
    }

    private void ExpireTimers()
    {
        long now = _parts.Clock.Milliseconds;
        while (_parts.Wheel.TryTakeExpired(now) is TimerNode node)
        {
            switch (node)
            {
                case LinuxConnection connection:
                    Do(Errand.Expire, EpollToken.For(connection, Side.Client));
                    break;
                case LinuxFlow flow:
                    Do(Errand.Expire, EpollToken.For(flow));
                    break;
                case OneWaySocket socket:
                    Do(Errand.Expire, EpollToken.For(socket));
                    break;
                case SpreadClose spreadClose:
                    spreadClose.Continue(now);
                    break;
            }
        }
    }

    /// <summary>Does something for one client, or one listener. A defect that it meets ends that one; the reactor goes on.</summary>
    private void Do(Errand errand, EpollToken token, uint events = 0)
    {
        IReactorHalf half = token.Kind >= EpollToken.TokenKind.DatagramListener ? _datagrams! : _streams;
        try
        {
            switch (errand)
            {
                case Errand.Serve:
                    half.Serve(token, events);
                    break;
                case Errand.Resume:
                    half.Resume(token);
                    break;
                default:
                    half.Expire(token, _parts.Clock.Milliseconds);
                    break;
            }
        }
        catch (Exception exception)
        {
            EngineLog.TransportUnexpected(_parts.Logger, exception, "linux");
            half.Contain(token);
        }
    }

    private void RunCommands()
    {
        _wake.Clear();
        _streams.PlacePassed();
        while (_commands.TryDequeue(out Action? command))
        {
            // A command finds every client placed that was passed on before it was given.
            _streams.PlacePassed();
            command();
        }
    }

    private void Release()
    {
        _streams.Release();
        _datagrams?.Release();
        _parts.Epoll.Close();
    }
}
