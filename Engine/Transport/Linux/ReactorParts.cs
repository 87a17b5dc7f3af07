// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Timing;
using LbEngine.Transport.Linux.Interop;
using Microsoft.Extensions.Logging;

namespace LbEngine.Transport.Linux;

/// <summary>What both halves of one reactor share. Reactor thread only.</summary>
internal sealed class ReactorParts
{
    public ReactorParts(TransportContext context, Epoll epoll, ushort number, Action<Action> post)
    {
        Flows = context.Flows;
        Post = post;
        Table = context.Table;
        Logger = context.Logger;
        Buffers = context.Buffers;
        Epoll = epoll;
        Number = number;
        Descriptors = context.Descriptors;
        Clock = new CoarseClock(context.TimeProvider);
        Wheel = new TimerWheel(Clock.Milliseconds);
    }

    public ConnectionTable Table { get; }

    public FlowOwners Flows { get; }

    /// <summary>Runs something on the reactor's thread, soon, unless the reactor ends first. Any thread.</summary>
    public Action<Action> Post { get; }

    public ILogger Logger { get; }

    /// <summary>Shared by all reactors. Any thread.</summary>
    public BufferBudget Buffers { get; }

    public Epoll Epoll { get; }

    public ushort Number { get; }

    /// <summary>How many descriptors there are for what.</summary>
    public DescriptorPlan Descriptors { get; }

    public CoarseClock Clock { get; }

    public TimerWheel Wheel { get; }

    /// <summary>Connections and flows that used up their turn and want another, by token: one that ends meanwhile is simply not found.</summary>
    public Queue<EpollToken> Ready { get; } = new();

    /// <summary>Gives a socket back that was opened when others have left too few descriptors to the runtime, as if there were none.</summary>
    public IoResult KeepIfSpared(IoResult opened)
    {
        if (opened.Failed || opened.Value < Descriptors.Ceiling)
        {
            return opened;
        }

        SocketCalls.Close(opened.Value);
        return IoResult.Failure(Errno.EMFILE);
    }
}
