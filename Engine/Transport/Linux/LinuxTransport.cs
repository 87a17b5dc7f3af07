// SPDX-License-Identifier: MIT
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
    private readonly List<Reactor> _reactors = [];
    private readonly Dictionary<Listener, int[]> _descriptors = [];
    private volatile IReadOnlyList<int> _listeningDescriptors = [];
    private InheritedSockets? _inherited;
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

    public IReadOnlyList<int> ListeningDescriptors => _listeningDescriptors;

    public async ValueTask StartAsync(IReadOnlyList<Listener> listeners, CancellationToken cancellationToken)
    {
        try
        {
            _inherited = _context.Inherit is null ? null : new InheritedSockets(_context.Inherit());
            for (int i = 0; i < _context.ReactorCount; i++)
            {
                _reactors.Add(Reactor.Open(_context, (ushort)i));
            }

            foreach (Listener listener in listeners)
            {
                int[] descriptors = Bind(listener);
                LocalAddressBook? book = CreateBook(listener);
                for (int i = 0; i < descriptors.Length; i++)
                {
                    Hand(_reactors[i % _reactors.Count], listener, descriptors[i], book);
                }
            }
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
        _reactors.ForEach(reactor => reactor.Start());
    }

    public async ValueTask HandedOverAsync() =>
        await Task.WhenAll(_reactors.Select(reactor => reactor.PostAsync(own => own.StopReceivingDatagrams()))).ConfigureAwait(false);

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
            NoteDescriptors();
            throw;
        }

        foreach ((Listener listener, int[] descriptors) in bound)
        {
            LocalAddressBook? book = CreateBook(listener);
            for (int i = 0; i < descriptors.Length; i++)
            {
                int descriptor = descriptors[i];
                await _reactors[i % _reactors.Count].PostAsync(own => Hand(own, listener, descriptor, book)).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask RemoveListenersAsync(IReadOnlyList<Listener> listeners)
    {
        foreach (Listener listener in listeners)
        {
            await Task.WhenAll(_reactors.Select(reactor => reactor.PostAsync(own => own.Remove(listener)))).ConfigureAwait(false);
            _descriptors.Remove(listener);
            NoteDescriptors();
        }
    }

    public async ValueTask<bool> CloseConnectionAsync(ConnectionHandle handle, CloseReason reason)
    {
        bool isClosed = false;
        if (_context.Table.TryRead(handle, out ConnectionSnapshot snapshot) && snapshot.Owner < _reactors.Count)
        {
            await _reactors[snapshot.Owner].PostAsync(own => isClosed = own.TryClose(handle, reason)).ConfigureAwait(false);
        }

        return isClosed;
    }

    public async ValueTask StopAcceptingAsync()
    {
        _descriptors.Clear();
        NoteDescriptors();
        await Task.WhenAll(_reactors.Select(reactor => reactor.PostAsync(own => own.StopAccepting()))).ConfigureAwait(false);
    }

    public async ValueTask CloseConnectionsAsync(CloseReason reason, TimeSpan spread, CloseScope scope = default)
    {
        var closing = new Task[_reactors.Count];
        Array.Fill(closing, Task.CompletedTask);
        for (int i = 0; i < closing.Length; i++)
        {
            int number = i;
            await _reactors[i].PostAsync(own => closing[number] = own.Close(scope, reason, spread)).ConfigureAwait(false);
        }

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

    private int[] Bind(Listener listener)
    {
        int[] inherited = _inherited?.Take(listener) ?? [];
        int[] descriptors = (inherited.Length > 0, listener.IsDatagram) switch
        {
            (true, true) => ListeningDatagramSocket.Adopt(listener, inherited),
            (true, false) => ListeningSocket.Adopt(listener, inherited, _reactors.Count),
            (false, true) => ListeningDatagramSocket.OpenGroup(listener, _reactors.Count),
            (false, false) => ListeningSocket.OpenGroup(listener, _reactors.Count),
        };
        _descriptors[listener] = descriptors;
        NoteDescriptors();
        return descriptors;
    }

    // Read by whoever hands sockets over, at any time.
    private void NoteDescriptors() => _listeningDescriptors = [.. _descriptors.Values.SelectMany(descriptors => descriptors)];

    private async Task StopReactorsAsync()
    {
        await Task.WhenAll(_reactors.Select(reactor => reactor.StopAsync())).ConfigureAwait(false);
        _reactors.Clear();
    }
}
