// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport.Sockets.Datagrams;
using LbEngine.Transport.Sockets.Streams;

namespace LbEngine.Transport.Sockets;

/// <summary>The portable transport: System.Net.Sockets (completion ports on Windows, epoll or kqueue elsewhere) and safe code only.</summary>
/// <remarks>Threads are the process's thread pool; the wanted number of reactors has no meaning here.</remarks>
internal sealed class SocketsTransport : ITransport
{
    /// <summary>As in a configuration and in logs.</summary>
    internal const string TransportName = "sockets";

    private readonly SocketsShared _shared;
    private SocketListener[] _listeners = [];
    private DatagramListener[] _datagramListeners = [];
    private DatagramShared? _datagrams;
    private int _isDisposed;

    public SocketsTransport(TransportContext context)
    {
        _shared = new SocketsShared(context);
        _shared.Timers.Ticked = OnTick;
    }

    public string Name => TransportName;

    public ValueTask StartAsync(IReadOnlyList<Listener> listeners, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return AddListenersAsync(listeners);
    }

    /// <summary>
    /// Over UDP a wildcard listener has sockets of its own for single addresses, which another listener cannot have too; and no other system lets two
    /// sockets listen side by side and tells which of them a client meets.
    /// </summary>
    public bool CanOverlap(bool isDatagram) => !isDatagram && OperatingSystem.IsLinux();

    public string? RefuseForeignAddresses() => ForeignAddresses.Refuse();

    public ValueTask AddListenersAsync(IReadOnlyList<Listener> listeners)
    {
        var streams = new List<SocketListener>(listeners.Count);
        var datagrams = new List<DatagramListener>();
        try
        {
            foreach (Listener listener in listeners)
            {
                if (listener.IsDatagram)
                {
                    _datagrams ??= new DatagramShared(_shared.Table.Capacity, _shared.Context.Descriptors.LocalSockets);
                    datagrams.AddRange(ListenerSockets.Open(
                        listener,
                        bind => DatagramListener.Bind(_shared, listener, bind, _datagrams),
                        static own => own.Port,
                        static own => own.Dispose()));
                }
                else
                {
                    SocketListener[] beside = [.. _listeners.Where(open => ListenerOverlap.Exists(open.Listener, listener))];
                    streams.AddRange(ListenerSockets.Open(
                        listener,
                        bind => SocketListener.Bind(_shared, listener, bind, beside),
                        static own => own.Port,
                        static own => own.Dispose()));
                }
            }

            streams.ForEach(static listener => listener.Listen());
        }
        catch
        {
            streams.ForEach(static listener => listener.Dispose());
            datagrams.ForEach(static listener => listener.Dispose());
            throw;
        }

        Volatile.Write(ref _listeners, [.. _listeners, .. streams]);
        Volatile.Write(ref _datagramListeners, [.. _datagramListeners.Where(static listener => !listener.IsClosed), .. datagrams]);
        streams.ForEach(static listener => listener.Start());
        datagrams.ForEach(static listener => listener.Start());
        return ValueTask.CompletedTask;
    }

    public async ValueTask RemoveListenersAsync(IReadOnlyList<Listener> listeners)
    {
        SocketListener[] streams = [.. _listeners.Where(own => listeners.Contains(own.Listener))];
        IEnumerable<DatagramListener> datagrams = _datagramListeners.Where(own => listeners.Contains(own.Listener) && !own.IsClosed);
        Array.ForEach(streams, static own => own.Hide());
        IEnumerable<Listener> staying = _listeners.Except(streams).Select(static own => own.Listener);
        await Task.Delay(ListenerOverlap.GraceOf(listeners, staying), TimeProvider.System).ConfigureAwait(false);
        await Task.WhenAll([.. streams.Select(static own => own.StopAsync()), .. datagrams.Select(static own => own.RemoveAsync())]).ConfigureAwait(false);
        Volatile.Write(ref _listeners, [.. _listeners.Except(streams)]);
        Volatile.Write(ref _datagramListeners, [.. _datagramListeners.Where(static own => !own.IsClosed)]);
    }

    public async ValueTask<bool> TryKeepListenerAsync(Listener listener)
    {
        DatagramListener[] leaving = [.. _datagramListeners.Where(own => own.Listener == listener)];
        bool isKept = leaving.Length == listener.EndPoints.Count;
        foreach (DatagramListener own in leaving)
        {
            isKept &= await own.TryKeepAsync().ConfigureAwait(false);
        }

        // Its sockets stay together, and go together.
        foreach (DatagramListener own in isKept ? [] : leaving)
        {
            await own.RemoveAsync().ConfigureAwait(false);
        }

        return isKept;
    }

    public async ValueTask StopAcceptingAsync() =>
        await Task.WhenAll(Volatile.Read(ref _listeners).Select(static listener => listener.StopAsync())).ConfigureAwait(false);

    public async ValueTask CloseConnectionsAsync(CloseReason reason, TimeSpan spread, CloseScope scope = default)
    {
        long milliseconds = (long)spread.TotalMilliseconds;
        Task connections = _shared.Live.CloseAsync(reason, milliseconds, _shared.ReadMilliseconds(), scope);
        Task flows = Task.WhenAll(Volatile.Read(ref _datagramListeners).Select(listener => listener.CloseAsync(reason, milliseconds, scope)));
        await Task.WhenAll(connections, flows).ConfigureAwait(false);
    }

    public async ValueTask<bool> CloseConnectionAsync(ConnectionHandle handle, CloseReason reason)
    {
        if (!_shared.Table.TryRead(handle, out ConnectionSnapshot snapshot))
        {
            return false;
        }

        if (snapshot.Kind == EntryKind.Connection)
        {
            return _shared.Live.TryClose(handle, reason);
        }

        foreach (DatagramListener owner in Volatile.Read(ref _datagramListeners))
        {
            if (owner.Listener.Id == snapshot.Key.ListenerId && !owner.IsClosed && await owner.TryCloseAsync(handle, reason).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await StopAcceptingAsync().ConfigureAwait(false);
        await _shared.Live.CloseAsync(CloseReason.Stopped, 0, _shared.ReadMilliseconds(), default).ConfigureAwait(false);
        await Task.WhenAll(Volatile.Read(ref _datagramListeners).Select(static listener => listener.StopAsync())).ConfigureAwait(false);
        _shared.Dispose();
    }

    private void OnTick(long now)
    {
        foreach (SocketListener listener in Volatile.Read(ref _listeners))
        {
            listener.OnTick(now);
        }

        foreach (DatagramListener listener in Volatile.Read(ref _datagramListeners))
        {
            listener.OnTick(now);
        }

        _shared.Live.OnTick(now);
    }
}
