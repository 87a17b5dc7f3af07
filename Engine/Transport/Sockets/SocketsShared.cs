// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Connections;
using LbEngine.Observability;
using LbEngine.Timing;
using LbEngine.Transport.Sockets.Streams;
using Microsoft.Extensions.ObjectPool;

namespace LbEngine.Transport.Sockets;

/// <summary>What all listeners and connections of one transport share. Any thread.</summary>
internal sealed class SocketsShared : PooledObjectPolicy<SocketConnection>, IDisposable
{
    /// <summary>Idle connection objects kept; a burst above it is left to the collector.</summary>
    private const int MaximumRetained = 4096;

    private readonly ObjectPool<SocketConnection> _pool;

    public SocketsShared(TransportContext context)
    {
        Context = context;
        Timers = new SocketTimers(context.TimeProvider, context.Logger);
        Live = new LiveConnections();
        _pool = new DefaultObjectPoolProvider { MaximumRetained = MaximumRetained }.Create(this);
    }

    public TransportContext Context { get; }

    public ITcpForwarder Forwarder => Context.Forwarder;

    public ConnectionTable Table => Context.Table;

    public SocketTimers Timers { get; }

    public LiveConnections Live { get; }

    public CrowdedConnections Crowded { get; } = new();

    /// <summary>The time now; the coarse time of <see cref="Timers"/> is cheaper and up to one tick old.</summary>
    public long ReadMilliseconds() => CoarseClock.ReadMilliseconds(Context.TimeProvider);

    public SocketConnection Rent() => _pool.Get();

    /// <summary>Takes back a connection that nobody refers to any more.</summary>
    public void GiveBack(SocketConnection connection) => _pool.Return(connection);

    public override SocketConnection Create() => new(this);

    /// <summary>True for a socket that was opened when others have left too few descriptors to the runtime: the caller closes it at once.</summary>
    public bool IsOneTooMany(Socket socket) =>
        OperatingSystem.IsLinux() && socket.SafeHandle.DangerousGetHandle() >= Context.Descriptors.Ceiling;

    /// <summary>The next close of a client's socket tells it nothing, if that is possible here.</summary>
    public void Silence(Listener listener, Socket client)
    {
        if (!SocketClosing.SetSilent(client) && listener.TryTellOfDrops())
        {
            EngineLog.DropsAreHeard(Context.Logger, listener.Name);
        }
    }

    public override bool Return(SocketConnection obj)
    {
        obj.Reset();
        return true;
    }

    public void Dispose()
    {
        Timers.Dispose();
        (_pool as IDisposable)?.Dispose();
    }
}
