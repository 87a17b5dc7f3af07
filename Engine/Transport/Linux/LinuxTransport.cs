// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Transport.Linux.Datagrams;
using LbEngine.Transport.Linux.Interop;
using LbEngine.Transport.Linux.Streams;

namespace LbEngine.Transport.Linux;

/// <summary>The transport of Linux: one reactor per core, each with its own listening sockets.</summary>
/// <remarks>Members are called by one caller at a time; the engine sees to that.</remarks>
internal sealed class LinuxTransport : ITransport
{
    private readonly TransportContext _context;
    private readonly Dictionary<Listener, int[]> _descriptors = [];
    private readonly Dictionary<Listener, int[]> _leaving = [];
    private volatile IReadOnlyList<int> _listeningDescriptors = [];
    private volatile Reactor[] _reactors = [];
    private InheritedSockets? _inherited;

    // A successor may have copies of the listening sockets: what is done to them now is done to it.
    private volatile bool _isShared;
    private bool _disposed;

    public LinuxTransport(TransportContext context) => _context = context;

    /// <summary>True where the system calls of this transport exist with the layouts that it knows.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    public string Name => "linux";

    /// <summary>For tests: what all reactors together have rented.</summary>
    internal (int Connections, int Blocks, int Pipes) Rented => _reactors.Aggregate(
        (Connections: 0, Blocks: 0, Pipes: 0),
        (sum, reactor) => (sum.Connections + reactor.Rented.Connections, sum.Blocks + reactor.Rented.Blocks, sum.Pipes + reactor.Rented.Pipes));

    /// <summary>For tests: the TCP connections of each reactor.</summary>
    internal IReadOnlyList<int> ConnectionsPerReactor => [.. _reactors.Select(static reactor => reactor.Rented.Connections)];

    public IReadOnlyList<int> ListeningDescriptors => _listeningDescriptors;

    public IReadOnlyList<int> ShareListeningDescriptors()
    {
        _isShared = true;
        return _listeningDescriptors;
    }

    public string? RefuseForeignAddresses() => ForeignAddresses.Refuse();

    public async ValueTask StartAsync(IReadOnlyList<Listener> listeners, CancellationToken cancellationToken)
    {
        try
        {
            _inherited = _context.InheritAsync is null ? null : new InheritedSockets(await _context.InheritAsync(cancellationToken).ConfigureAwait(false));
            for (int i = 0; i < _context.ReactorCount; i++)
            {
                _reactors = [.. _reactors, Reactor.Open(_context, (ushort)i)];
            }

            foreach (Listener listener in listeners)
            {
                int[] descriptors = Bind(listener);
                LocalAddressBook? book = CreateBook(listener);
                for (int number = 0; number < _reactors.Length; number++)
                {
                    HandShare(_reactors[number], number, listener, descriptors, book);
                }
            }

            NoteDescriptors();
        }
        catch
        {
            _inherited?.CloseRest();
            await StopReactorsAsync().ConfigureAwait(false);
            throw;
        }

        foreach (IPEndPoint endPoint in _inherited?.CloseRest() ?? [])
        {
            EngineLog.InheritedUnused(_context.Logger, endPoint);
        }

        _inherited = null;
        Reactor.Connect(_reactors);
        Array.ForEach(_reactors, static reactor => reactor.Start());
    }

    public async ValueTask HandedOverAsync() => await OnEachAsync(static (own, _) => own.StopReceivingDatagrams()).ConfigureAwait(false);

    public async ValueTask AddListenersAsync(IReadOnlyList<Listener> listeners)
    {
        var bound = new List<(Listener Listener, int[] Descriptors)>();
        try
        {
            foreach (Listener listener in listeners)
            {
                bound.Add((listener, Bind(listener)));
            }
        }
        catch
        {
            bound.ForEach(one => Array.ForEach(one.Descriptors, SocketCalls.Close));
            bound.ForEach(one => _descriptors.Remove(one.Listener));
            throw;
        }

        NoteDescriptors();

        (Listener Listener, int[] Descriptors, LocalAddressBook? Book)[] handed =
            [.. bound.Select(one => (one.Listener, one.Descriptors, CreateBook(one.Listener)))];
        await OnEachAsync((own, number) => Array.ForEach(handed, one => HandShare(own, number, one.Listener, one.Descriptors, one.Book))).ConfigureAwait(false);
    }

    public async ValueTask RemoveListenersAsync(IReadOnlyList<Listener> listeners)
    {
        HashSet<Listener> leaving = [.. listeners];
        foreach (Listener listener in leaving)
        {
            if (!_descriptors.Remove(listener, out int[]? descriptors))
            {
                continue;
            }

            if (listener.IsDatagram)
            {
                _leaving[listener] = descriptors;
            }
            else
            {
                Hide(descriptors);
            }
        }

        NoteDescriptors();
        await Task.Delay(ListenerOverlap.GraceOf(leaving, _descriptors.Keys), TimeProvider.System).ConfigureAwait(false);
        await OnEachAsync((own, _) => own.Remove(leaving)).ConfigureAwait(false);
        await GiveWayAsync(leaving).ConfigureAwait(false);

        // By now every reactor is past the turn in which it may still have begun a flow.
        await OnEachAsync((own, _) => own.CloseUnused(leaving)).ConfigureAwait(false);
        foreach (Listener left in _leaving.Keys.Where(static listener => listener.ActiveCount == 0).ToList())
        {
            _leaving.Remove(left);
        }
    }

    public async ValueTask<bool> TryKeepListenerAsync(Listener listener)
    {
        if (!_leaving.Remove(listener, out int[]? descriptors))
        {
            return false;
        }

        int open = 0;
        await OnEachAsync((own, _) => Interlocked.Add(ref open, own.Keep(listener))).ConfigureAwait(false);
        if (open == descriptors.Length)
        {
            _descriptors[listener] = descriptors;
            NoteDescriptors();
            return true;
        }

        // The last flow has just ended, and the group leaves as a whole.
        HashSet<Listener> group = [listener];
        await OnEachAsync((own, _) => own.CloseUnused(group)).ConfigureAwait(false);
        return false;
    }

    public async ValueTask<bool> CloseConnectionAsync(ConnectionHandle handle, CloseReason reason)
    {
        bool isClosed = false;
        Reactor[] reactors = _reactors;
        if (_context.Table.TryRead(handle, out ConnectionSnapshot snapshot) && snapshot.Owner < reactors.Length)
        {
            await reactors[snapshot.Owner].PostAsync(own => isClosed = own.TryClose(handle, reason)).ConfigureAwait(false);
        }

        return isClosed;
    }

    public async ValueTask StopAcceptingAsync()
    {
        foreach ((Listener listener, int[] descriptors) in _descriptors)
        {
            if (!listener.IsDatagram)
            {
                Hide(descriptors);
            }
        }

        _descriptors.Clear();
        NoteDescriptors();
        await OnEachAsync(static (own, _) => own.StopAccepting()).ConfigureAwait(false);

        // Clients that one reactor passed on to another in its last turn before that are placed by now.
        await OnEachAsync(static (_, _) => { }).ConfigureAwait(false);
    }

    public async ValueTask CloseConnectionsAsync(CloseReason reason, TimeSpan spread, CloseScope scope = default)
    {
        var closing = new ConcurrentBag<Task>();
        await OnEachAsync((own, _) => closing.Add(own.Close(scope, reason, spread))).ConfigureAwait(false);
        await Task.WhenAll(closing).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await StopReactorsAsync().ConfigureAwait(false);
        }
    }

    // Between the last look into a backlog and the close of its socket another client may come, and would be reset. All sockets of an address first:
    // the kernel spreads newcomers over those of a group.
    private void Hide(int[] descriptors)
    {
        if (!_isShared)
        {
            Array.ForEach(descriptors, static fd => BoundSocket.Hide(fd));
        }
    }

    private static LocalAddressBook? CreateBook(Listener listener) =>
        listener.IsDatagram && ListeningDatagramSocket.IsWildcard(listener) ? new LocalAddressBook() : null;

    /// <summary>Hands a reactor its part of a listener's sockets; sockets that were taken over may be more or fewer than there are reactors.</summary>
    /// <remarks>A datagram to a group comes to each socket of its family, and the first one takes it.</remarks>
    private void HandShare(Reactor reactor, int number, Listener listener, int[] descriptors, LocalAddressBook? book)
    {
        for (int i = number; i < descriptors.Length; i += _reactors.Length)
        {
            bool isFirst = i == 0 || BoundSocket.IsIPv6(descriptors[i]) != BoundSocket.IsIPv6(descriptors[i - 1]);
            Hand(reactor, listener, descriptors[i], book, takesGroups: isFirst);
        }
    }

    private static void Hand(Reactor reactor, Listener listener, int descriptor, LocalAddressBook? book, bool takesGroups)
    {
        if (listener.IsDatagram)
        {
            reactor.ListenForDatagrams(listener, descriptor, book, takesGroups);
        }
        else
        {
            reactor.Listen(listener, descriptor);
        }
    }

    /// <summary>True when another open listener takes clients of this one.</summary>
    private bool MustGiveWay(Listener listener) => _descriptors.Keys.Any(other => ListenerOverlap.MustGiveWay(listener, other));

    /// <summary>The kernel gives datagrams to the socket with the address as long as it is open: flows of a listener that was replaced end at once.</summary>
    private async Task GiveWayAsync(IEnumerable<Listener> leaving)
    {
        foreach (Listener listener in leaving.Where(listener => listener.IsDatagram && MustGiveWay(listener)))
        {
            await CloseConnectionsAsync(CloseReason.Drained, TimeSpan.Zero, new CloseScope(Listener: listener)).ConfigureAwait(false);
        }
    }

    private int[] Bind(Listener listener)
    {
        int[] inherited = _inherited?.Take(listener) ?? [];
        int[] beside = [.. _descriptors.Concat(_leaving).Where(open => ListenerOverlap.Exists(open.Key, listener)).SelectMany(open => open.Value)];
        int[] descriptors;
        if (inherited.Any(BoundSocket.TakesBothFamilies))
        {
            descriptors = OpenGroup(listener, listener.Bind, inherited, beside);
            listener.BoundEndPoint = BoundSocket.ReadEndPoint(descriptors[0], listener, listener.Bind);
        }
        else
        {
            descriptors = [.. ListenerSockets.Open(
                listener,
                bind => OpenGroup(listener, bind, [.. inherited.Where(fd => IsOfFamily(fd, bind))], beside),
                group => BoundSocket.ReadEndPoint(group[0], listener, listener.Bind).Port,
                static group => Array.ForEach(group, SocketCalls.Close)).SelectMany(static group => group)];
        }

        _descriptors[listener] = descriptors;
        return descriptors;
    }

    private int[] OpenGroup(Listener listener, IPEndPoint bind, int[] inherited, int[] beside) => (inherited.Length > 0, listener.IsDatagram) switch
    {
        (true, true) => ListeningDatagramSocket.Adopt(listener, inherited),
        (true, false) => ListeningSocket.Adopt(listener, bind, inherited, _reactors.Length),
        (false, true) => ListeningDatagramSocket.OpenGroup(listener, bind, _reactors.Length, beside),
        (false, false) => ListeningSocket.OpenGroup(listener, bind, _reactors.Length, beside),
    };

    private static bool IsOfFamily(int fd, IPEndPoint bind) => BoundSocket.IsIPv6(fd) == (bind.AddressFamily == AddressFamily.InterNetworkV6);

    // Read by whoever hands sockets over, at any time.
    private void NoteDescriptors() => _listeningDescriptors = [.. _descriptors.Values.SelectMany(descriptors => descriptors)];

    /// <summary>Runs something on every reactor; with those that have ended there is nothing to do.</summary>
    private async Task OnEachAsync(Action<Reactor, int> command)
    {
        Reactor[] reactors = _reactors;
        var running = new List<Task>(reactors.Length);
        for (int i = 0; i < reactors.Length; i++)
        {
            int number = i;
            running.Add(reactors[i].PostAsync(own => command(own, number)));
        }

        await Task.WhenAll(running).ConfigureAwait(false);
    }

    private async Task StopReactorsAsync()
    {
        Reactor[] reactors = _reactors;
        _reactors = [];
        await Task.WhenAll(reactors.Select(reactor => reactor.StopAsync())).ConfigureAwait(false);
        Array.ForEach(reactors, static reactor => reactor.Free());
    }
}
