// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>One UDP listener on one reactor: its socket, its unanswered flows, and what it counts. Reactor thread only.</summary>
/// <remarks>Any thread may ask it for room.</remarks>
internal sealed class DatagramListener : IFlowOwner
{
    private readonly LocalAddressBook? _book;
    private readonly Action<DatagramListener> _askForRoom;
    private int _roomWanted;
    private LocalAddress _lastLocal;
    private ushort _lastLocalId;
    private uint _overflows;
    private bool _joinsRuns;

    /// <summary>Takes over the socket.</summary>
    /// <param name="listener">The configured entrance.</param>
    /// <param name="descriptor">A bound socket.</param>
    /// <param name="book">Shared by the listener's reactors; null where clients can use but one address.</param>
    /// <param name="takesGroups">Broadcast and multicast datagrams are this one's: of the listener's sockets, which all get a copy, just one takes it.</param>
    /// <param name="askForRoom">Called on any thread: lets the reactor look at <see cref="TakeRoomWanted"/>.</param>
    public DatagramListener(Listener listener, int descriptor, LocalAddressBook? book, bool takesGroups, Action<DatagramListener> askForRoom)
    {
        TakesGroups = takesGroups;
        _askForRoom = askForRoom;
        Listener = listener;
        Descriptor = descriptor;
        _book = book;
        _overflows = SocketCalls.ReadOverflows(descriptor);

        // A socket that a predecessor has opened is as it needed it.
        IoResult joins = SocketCalls.GetOption(descriptor, SocketOption.IPPROTO_UDP, SocketOption.UDP_GRO);
        _joinsRuns = joins.Failed ? JoinsRuns(listener) : joins.Value != 0;
    }

    public Listener Listener { get; }

    public int Descriptor { get; private set; }

    public UnansweredFlows Unanswered { get; } = new();

    /// <summary>Any thread.</summary>
    public long OldestUnanswered => Unanswered.Since;

    /// <summary>What goes to a group of hosts is taken here, and not by another socket of the listener.</summary>
    public bool TakesGroups { get; }

    /// <summary>A device on the way to clients would not take runs of datagrams.</summary>
    public bool SendsApart { get; set; }

    /// <summary>Flows that live.</summary>
    public int FlowCount { get; set; }

    /// <summary>The listener was removed: its sockets close with its last flow.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>
    /// No flow of a removed listener lives, on this reactor or another. The sockets of a group leave together: the kernel spreads
    /// clients by their number, so that flows that live would get no more datagrams when one went before.
    /// </summary>
    public bool MayClose => IsLeaving && FlowCount == 0 && Listener.ActiveCount == 0;

    public bool IsOpen => Descriptor >= 0;

    /// <summary>Datagrams may be waiting.</summary>
    public bool HasWork { get; set; }

    /// <summary>
    /// Whether the kernel may join a client's datagrams: not where each of them may be a flow of its own, nor where each has a PROXY header of its own.
    /// </summary>
    public static bool JoinsRuns(Listener listener) =>
        listener is { Flows: { Requests: 0, IsOneWay: false }, Inspection: null } && !listener.Pool.SendsHeader;

    /// <summary>Goes by settings that have changed since the socket was bound.</summary>
    /// <param name="isEmpty">Nothing waits in the socket. What waits there was joined, and would come as one datagram from now on.</param>
    public void FollowSettings(bool isEmpty)
    {
        bool joinsRuns = JoinsRuns(Listener);
        if (joinsRuns != _joinsRuns && (joinsRuns || isEmpty))
        {
            _joinsRuns = joinsRuns;
            SocketCalls.SetOption(Descriptor, SocketOption.IPPROTO_UDP, SocketOption.UDP_GRO, joinsRuns ? 1 : 0);
        }
    }

    public ushort NumberOf(in LocalAddress local)
    {
        if (_book is null)
        {
            return 0;
        }

        if (local != _lastLocal)
        {
            _lastLocalId = _book.NumberOf(local);
            _lastLocal = local;
        }

        return _lastLocalId;
    }

    /// <summary>Takes the kernel's running count of datagrams that found the queue full; returns how many are new.</summary>
    public uint TakeOverflows(uint total)
    {
        uint fresh = total - _overflows;
        _overflows = total;
        return fresh;
    }

    /// <summary>Any thread. Who asks again before the reactor has come to it wants the same flows to go, and not more.</summary>
    public void MakeRoom(int flows)
    {
        int seen = Volatile.Read(ref _roomWanted);
        if (flows > seen && Interlocked.CompareExchange(ref _roomWanted, flows, seen) == 0)
        {
            _askForRoom(this);
        }
    }

    /// <summary>How many flows are to end, of those that were never answered.</summary>
    public int TakeRoomWanted() => Interlocked.Exchange(ref _roomWanted, 0);

    public void Close()
    {
        if (Descriptor >= 0)
        {
            SocketCalls.Close(Descriptor);
            Descriptor = -1;
            HasWork = false;
        }
    }
}
