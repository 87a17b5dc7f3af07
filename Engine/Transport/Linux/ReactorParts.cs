// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Timing;
using LbEngine.Transport.Linux.Interop;
using LbEngine.Transport.Linux.Streams;
using Microsoft.Extensions.Logging;

namespace LbEngine.Transport.Linux;

/// <summary>What the stages of one reactor (accept, connect, relay, close) share. Reactor thread only.</summary>
internal sealed class ReactorParts
{
    /// <summary>All that a connection's socket can report.</summary>
    public const uint AllEvents = InputEvents | Epoll.EPOLLOUT;

    private const uint InputEvents = Epoll.EPOLLIN | Epoll.EPOLLRDHUP | Epoll.EPOLLPRI | Epoll.EPOLLET;
    private const int MaxPipes = 32;

    public ReactorParts(TransportContext context, Epoll epoll, ushort number)
    {
        Forwarder = context.Forwarder;
        Table = context.Table;
        Logger = context.Logger;
        Epoll = epoll;
        Number = number;
        Clock = new CoarseClock(context.TimeProvider);
        Wheel = new TimerWheel(Clock.Milliseconds);
        Pipes = new PipePool(Clock, MaxPipes);
    }

    public ITcpForwarder Forwarder { get; }

    public ConnectionTable Table { get; }

    public ILogger Logger { get; }

    public Epoll Epoll { get; }

    public ushort Number { get; }

    public CoarseClock Clock { get; }

    public TimerWheel Wheel { get; }

    public PooledSlots<LinuxConnection> Connections { get; } = new();

    /// <summary>Where clients are passed on to other reactors; null while this is the only one.</summary>
    public ClientExchange? Exchange { get; set; }

    public BlockPool Blocks { get; } = new();

    public PipePool Pipes { get; }

    /// <summary>Connections that used up their turn and want another, by token: one that ends meanwhile is simply not found.</summary>
    public Queue<EpollToken> Ready { get; } = new();

    /// <summary>Takes a connection in.</summary>
    public void Hold(LinuxConnection connection)
    {
        Connections.Add(connection);
        Exchange?.NoteLoad(Number, Connections.Count);
    }

    /// <summary>Lets a connection go that has ended; it belongs to the pool again.</summary>
    public void LetGo(LinuxConnection connection)
    {
        Connections.Remove(connection);
        Connections.Return(connection);
        Exchange?.NoteLoad(Number, Connections.Count);
    }

    /// <summary>Makes a connection's socket known to epoll, for output too when it is to be watched from the start.</summary>
    public IoResult Register(LinuxConnection connection, Side side, bool output)
    {
        ref SocketEnd end = ref connection.End(side);
        end.Registered = true;
        end.WatchesOutput = output;
        return Epoll.Add(end.Descriptor, output ? AllEvents : InputEvents, EpollToken.For(connection, side).Value);
    }
}
