// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Timing;
using LbEngine.Transport.Linux.Interop;
using Microsoft.Extensions.Logging;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>What the stages of the TCP half of one reactor (accept, connect, relay, close) share. Reactor thread only.</summary>
internal sealed class StreamParts
{
    /// <summary>All that a connection's socket can report.</summary>
    public const uint AllEvents = InputEvents | Epoll.EPOLLOUT;

    private const uint InputEvents = Epoll.EPOLLIN | Epoll.EPOLLRDHUP | Epoll.EPOLLPRI | Epoll.EPOLLET;

    public StreamParts(ReactorParts reactor, ITcpForwarder forwarder)
    {
        Reactor = reactor;
        Forwarder = forwarder;
        Blocks = new BlockPool(reactor.Buffers);
        Pipes = new PipePool(reactor.Clock, reactor.Descriptors.PipesPerReactor, reactor.Descriptors.Ceiling);
    }

    public ReactorParts Reactor { get; }

    public ITcpForwarder Forwarder { get; }

    public ConnectionTable Table => Reactor.Table;

    public ILogger Logger => Reactor.Logger;

    public Epoll Epoll => Reactor.Epoll;

    public ushort Number => Reactor.Number;

    public CoarseClock Clock => Reactor.Clock;

    public TimerWheel Wheel => Reactor.Wheel;

    public Queue<EpollToken> Ready => Reactor.Ready;

    public PooledSlots<LinuxConnection> Connections { get; } = new();

    /// <summary>Where clients are passed on to other reactors; null while this is the only one.</summary>
    public ClientExchange? Exchange { get; set; }

    public BlockPool Blocks { get; }

    public PipePool Pipes { get; }

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
