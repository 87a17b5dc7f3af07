// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Net;
using System.Runtime.InteropServices;
using LbEngine.Connections;
using LbEngine.Observability;
using LbEngine.Transport.Linux.Datagrams;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux;

/// <summary>The transport of Linux: one reactor per core, each with its own listening sockets.</summary>
/// <remarks>Members are called by one caller at a time; the engine sees to that.</remarks>
internal sealed class LinuxTransport : ITransport
{
    private readonly TransportContext _context;
    private readonly ListeningDescriptors _listening = new();
    private volatile Reactor[] _reactors = [];
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

    public IReadOnlyList<int> ListeningDescriptors => _listening.All;

    public async ValueTask StartAsync(IReadOnlyList<Listener> listeners, CancellationToken cancellationToken)
    {
        try
        {
            _listening.Inherit(_context.Inherit?.Invoke() ?? []);
            for (int i = 0; i < _context.ReactorCount; i++)
            {
                _reactors = [.. _reactors, Reactor.Open(_context, (ushort)i)];
            }

            foreach (Listener listener in listeners)
            {
                int[] descriptors = Bind(listener);
                LocalAddressBook? book = CreateBook(listener);
                for (int i = 0; i < descriptors.Length; i++)
                {
                    Hand(_reactors[i % _reactors.Length], listener, descriptors[i], book);
                }
            }
        }
        catch
        {
            _listening.CloseInherited();
            await StopReactorsAsync().ConfigureAwait(false);
            throw;
        }

        foreach (IPEndPoint endPoint in _listening.CloseInherited())
        {
            EngineLog.InheritedUnused(_context.Logger, endPoint);
        }

        Array.ForEach(_reactors, static reactor => reactor.Start());
    }

    public async ValueTask HandedOverAsync() =>
        await OnEachAsync(static (own, _) => own.StopReceivingDatagrams()).ConfigureAwait(false);

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
            bound.ForEach(one => _listening.Forget(one.Listener));
            throw;
        }

        (Listener Listener, int[] Descriptors, LocalAddressBook? Book)[] handed = [.. bound.Select(one => (one.Listener, one.Descriptors, CreateBook(one.Listener)))];
        await OnEachAsync((own, number) => Array.ForEach(handed, one => Hand(own, one.Listener, one.Descriptors[number], one.Book))).ConfigureAwait(false);
    }

    public async ValueTask RemoveListenersAsync(IReadOnlyList<Listener> listeners)
    {
        Listener[] leaving = [.. listeners];
        Array.ForEach(leaving, _listening.Forget);
        await OnEachAsync((own, _) => Array.ForEach(leaving, own.Remove)).ConfigureAwait(false);

        // By now every reactor is past the turn in which it may still have begun a flow.
        await OnEachAsync((own, _) => Array.ForEach(leaving, own.CloseUnused)).ConfigureAwait(false);
    }

    public async ValueTask<bool> TryKeepListenerAsync(Listener listener)
    {
        int closed = 0;
        await OnEachAsync((own, _) => closed += own.TryKeep(listener) ? 0 : 1, inTurn: true).ConfigureAwait(false);
        if (closed > 0)
        {
            // The last flow has just ended, and its group leaves as a whole.
            await OnEachAsync((own, _) => own.CloseUnused(listener)).ConfigureAwait(false);
            return false;
        }

        _listening.Restore(listener);
        return true;
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
        _listening.Clear();
        await OnEachAsync(static (own, _) => own.StopAccepting()).ConfigureAwait(false);
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

    private static LocalAddressBook? CreateBook(Listener listener) =>
        listener.IsDatagram && ListeningDatagramSocket.IsWildcard(listener) ? new LocalAddressBook() : null;

    private static void Hand(Reactor reactor, Listener listener, int descriptor, LocalAddressBook? book)
    {
        if (listener.IsDatagram)
        {
            reactor.ListenForDatagrams(listener, descriptor, book);
        }
        else
        {
            reactor.Listen(listener, descriptor);
        }
    }

    private int[] Bind(Listener listener) => _listening.Bind(listener, _reactors.Length);

    /// <summary>Runs something on every reactor, at once or in turn; with those that have ended there is nothing to do.</summary>
    private async Task OnEachAsync(Action<Reactor, int> command, bool inTurn = false)
    {
        Reactor[] reactors = _reactors;
        var running = new List<Task>(reactors.Length);
        for (int i = 0; i < reactors.Length; i++)
        {
            int number = i;
            Task done = reactors[i].PostAsync(own => command(own, number));
            running.Add(done);
            if (inTurn)
            {
                await done.ConfigureAwait(false);
            }
        }

        await Task.WhenAll(running).ConfigureAwait(false);
    }

    private async Task StopReactorsAsync()
    {
        Reactor[] reactors = _reactors;
        _reactors = [];
        await Task.WhenAll(reactors.Select(reactor => reactor.StopAsync())).ConfigureAwait(false);
    }
}
