// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Transport.Sockets.Datagrams;

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
        var bound = new List<SocketListener>(listeners.Count);
        var datagrams = new List<DatagramListener>();
        try
        {
            DatagramShared? shared = null;
            foreach (Listener listener in listeners)
            {
                if (listener.IsDatagram)
                {
                    shared ??= new DatagramShared(_shared.Table.Capacity);
                    datagrams.Add(DatagramListener.Bind(_shared, listener, shared));
                }
                else
                {
                    bound.Add(SocketListener.Bind(_shared, listener));
                }
            }

            bound.ForEach(static listener => listener.Listen());
        }
        catch
        {
            bound.ForEach(static listener => listener.Dispose());
            datagrams.ForEach(static listener => listener.Dispose());
            throw;
        }

        Volatile.Write(ref _listeners, [.. bound]);
        Volatile.Write(ref _datagramListeners, [.. datagrams]);
        bound.ForEach(static listener => listener.Start());
        datagrams.ForEach(static listener => listener.Start());
        return ValueTask.CompletedTask;
    }

    public ValueTask AddListenersAsync(IReadOnlyList<Listener> listeners) => throw new NotImplementedException();

    public ValueTask RemoveListenersAsync(IReadOnlyList<Listener> listeners) => throw new NotImplementedException();

    public ValueTask<bool> CloseConnectionAsync(ConnectionHandle handle, CloseReason reason) => throw new NotImplementedException();

    public async ValueTask StopAcceptingAsync() =>
        await Task.WhenAll(Volatile.Read(ref _listeners).Select(static listener => listener.StopAsync())).ConfigureAwait(false);

    public async ValueTask CloseConnectionsAsync(CloseReason reason, TimeSpan spread, CloseScope scope = default)
    {
        long milliseconds = (long)spread.TotalMilliseconds;
        Task connections = _shared.Live.CloseAsync(reason, milliseconds, _shared.ReadMilliseconds());
        Task flows = Task.WhenAll(Volatile.Read(ref _datagramListeners).Select(listener => listener.CloseAsync(reason, milliseconds)));
        await Task.WhenAll(connections, flows).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await StopAcceptingAsync().ConfigureAwait(false);
        await _shared.Live.CloseAsync(CloseReason.Stopped, 0, _shared.ReadMilliseconds()).ConfigureAwait(false);
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
