// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Transport.Sockets;

/// <summary>The portable transport: System.Net.Sockets (completion ports on Windows, epoll or kqueue elsewhere) and safe code only.</summary>
/// <remarks>Threads are the process's thread pool; the wanted number of reactors has no meaning here.</remarks>
internal sealed class SocketsTransport : ITransport
{
    /// <summary>As in a configuration and in logs.</summary>
    internal const string TransportName = "sockets";

    private readonly SocketsShared _shared;
    private SocketListener[] _listeners = [];
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
        try
        {
            foreach (Listener listener in listeners)
            {
                bound.Add(SocketListener.Bind(_shared, listener));
            }

            bound.ForEach(static listener => listener.Listen());
        }
        catch
        {
            bound.ForEach(static listener => listener.Dispose());
            throw;
        }

        Volatile.Write(ref _listeners, [.. bound]);
        bound.ForEach(static listener => listener.Start());
        return ValueTask.CompletedTask;
    }

    public async ValueTask StopAcceptingAsync() =>
        await Task.WhenAll(Volatile.Read(ref _listeners).Select(static listener => listener.StopAsync())).ConfigureAwait(false);

    public async ValueTask CloseConnectionsAsync(CloseReason reason, TimeSpan spread) =>
        await _shared.Live.CloseAsync(reason, (long)spread.TotalMilliseconds, _shared.ReadMilliseconds()).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await StopAcceptingAsync().ConfigureAwait(false);
        await CloseConnectionsAsync(CloseReason.Stopped, TimeSpan.Zero).ConfigureAwait(false);
        _shared.Dispose();
    }

    private void OnTick(long now)
    {
        foreach (SocketListener listener in Volatile.Read(ref _listeners))
        {
            listener.OnTick(now);
        }

        _shared.Live.OnTick(now);
    }
}
