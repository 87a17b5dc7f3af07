// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport;

namespace LbEngine.Testing;

/// <summary>A UDP flow of an engine, carried in memory: does what an owner of sockets does with one connected socket.</summary>
/// <remarks>Called under the lock of the <see cref="RunQueue"/> only.</remarks>
internal sealed class RelayedFlow : Flow, IRelayed
{
    private readonly MemoryTransport _transport;
    private readonly RelayedFlows _flows;
    private RelayedFlowSocket? _socket;
    private byte[]? _first; // kept until the first reply
    private bool _isEnded;
    private long _forcedAt = long.MaxValue;
    private CloseReason _forcedReason;
    private CloseScope _forcedScope;

    public RelayedFlow(MemoryTransport transport, RelayedFlows flows, MemoryDatagramListener entrance, IDatagramSource client)
    {
        _transport = transport;
        _flows = flows;
        Entrance = entrance;
        ClientEnd = client;
        Number = transport.NextNumber();
        InUnanswered = new LinkedListNode<RelayedFlow>(this);
    }

    public long Number { get; }

    public MemoryDatagramListener Entrance { get; }

    /// <summary>The way back to the client.</summary>
    public IDatagramSource ClientEnd { get; private set; }

    /// <summary>Its place among the flows that were never answered; in no list once it was.</summary>
    public LinkedListNode<RelayedFlow> InUnanswered { get; }

    public bool IsEnded => _isEnded;

    /// <summary>Holds a copy of its first datagram.</summary>
    public bool HasFirst => _first is not null;

    private ref ConnectionEntry Entry => ref _transport.Context.Table.GetEntry(Handle);

    /// <summary>Opens a socket towards its backend, in place of the one that it has, if it has one.</summary>
    public void Open() => _socket = new RelayedFlowSocket(this, _transport.NextSource(), MemoryAddress.Normalize(Backend!.Address));

    /// <summary>A datagram of the client goes to the backend.</summary>
    public void PassOn(IDatagramSource client, byte[] bytes)
    {
        ClientEnd = client;
        if (State.Requests == 0 && FlowStory.KeepsFirst(bytes.Length, _flows.Kept, Attempts, Pool.ConnectAttempts))
        {
            _first = bytes;
            _flows.Kept++;
        }

        State.CountRequests(1, bytes.Length);
        ref ConnectionEntry entry = ref MarkActive();
        if (TryCount(bytes))
        {
            entry.BytesToBackend += bytes.Length;
            Send(bytes);
        }
        else
        {
            State.CountLost(1);
            ArmTimer();
        }
    }

    /// <summary>A datagram that nobody answers goes to the backend, and with it the flow ends.</summary>
    public void PassOneWay(byte[] bytes)
    {
        var source = new OneWaySource(_transport.Context.UdpForwarder, _transport.NextSource(), Listener, Backend!);
        State.CountRequests(1, bytes.Length);
        if (TryCount(bytes))
        {
            _transport.Datagrams.Send(source, MemoryAddress.Normalize(Backend!.Address), WithHeader(bytes));
        }

        End(CloseReason.Completed);
    }

    /// <summary>The first datagram goes out again, to the backend that the flow has now. It counts as passed on since it went to the one before.</summary>
    public void SendFirst()
    {
        MarkActive();
        Send(_first!);
    }

    /// <summary>A datagram has come to one of the flow's sockets.</summary>
    public void TakeReply(RelayedFlowSocket socket, byte[] bytes) => _flows.Contain(() =>
    {
        if (_isEnded || socket != _socket)
        {
            return;
        }

        if (!State.MayReply(bytes.Length, Listener.Flows))
        {
            _transport.Context.UdpForwarder.Dropped(Listener, DropReason.ReplyRatio, 1);
            return;
        }

        PassBack(bytes);
    }, () => this);

    /// <summary>What one of the flow's sockets has sent did not arrive.</summary>
    public void TakeError(RelayedFlowSocket socket, PathError error) => _flows.Contain(() =>
    {
        if (!_isEnded && socket == _socket)
        {
            _flows.OnMet(this, error);
        }
    }, () => this);

    public void OnTimer() => _flows.Contain(() =>
    {
        long now = _transport.Now;
        if (now >= _forcedAt && !_forcedScope.Covers(this))
        {
            _forcedAt = long.MaxValue;
        }

        if (now >= _forcedAt)
        {
            End(_forcedReason);
        }
        else if (now >= IdleDeadline())
        {
            End(State.TimeoutReason);
        }
        else
        {
            ArmTimer();
        }
    }, () => this);

    public void ForceEnd(CloseReason reason, long atMilliseconds, CloseScope scope)
    {
        _forcedScope = scope;
        _forcedReason = reason;
        _forcedAt = Math.Min(_forcedAt, atMilliseconds);
        if (_transport.Now >= _forcedAt)
        {
            End(reason);
        }
        else
        {
            ArmTimer();
        }
    }

    /// <summary>Gives everything back; a second call does nothing.</summary>
    public void End(CloseReason reason)
    {
        if (_isEnded)
        {
            return;
        }

        _isEnded = true;
        ForgetFirst();
        _transport.Wheel.Cancel(this);
        _transport.Context.UdpForwarder.Ended(this, reason, _transport.Now);
        _flows.Remove(this);
    }

    private void PassBack(byte[] bytes)
    {
        if (!State.IsAnswered)
        {
            ForgetFirst();
            _flows.MarkAnswered(this);
        }

        State.CountReplies(1, bytes.Length);
        Listener.Datagrams.CountToClients(1, bytes.Length);
        MarkActive().BytesToClient += bytes.Length;
        _transport.Datagrams.Reply(ClientEnd, bytes);
        if (State.IsComplete(Listener.Flows))
        {
            End(CloseReason.Completed);
        }
        else
        {
            ArmTimer();
        }
    }

    private void Send(byte[] bytes)
    {
        ArmTimer();
        _transport.Datagrams.Send(_socket!, _socket!.Backend, WithHeader(bytes));
    }

    private byte[] WithHeader(byte[] bytes) => [.. Header, .. bytes];

    /// <summary>Counts a datagram as passed on, or as dropped where it is too large with its header.</summary>
    private bool TryCount(byte[] bytes)
    {
        bool fits = Header.Length + bytes.Length <= DatagramWires.MaxBytes;
        if (fits)
        {
            Listener.Datagrams.CountToBackends(1, bytes.Length);
        }
        else
        {
            _transport.Context.UdpForwarder.Dropped(Listener, DropReason.TooLarge, 1);
        }

        return fits;
    }

    private void ForgetFirst()
    {
        if (_first is not null)
        {
            _first = null;
            _flows.Kept--;
        }
    }

    private ref ConnectionEntry MarkActive()
    {
        ref ConnectionEntry entry = ref Entry;
        entry.LastActiveMilliseconds = _transport.Now;
        return ref entry;
    }

    private long IdleDeadline() => Entry.LastActiveMilliseconds + State.TimeoutMilliseconds(Listener.Flows);

    private void ArmTimer() => _transport.Wheel.Schedule(this, Math.Min(_forcedAt, IdleDeadline()));
}
