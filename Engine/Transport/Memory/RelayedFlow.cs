// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Scheduling;
using LbEngine.Transport;

namespace LbEngine.Testing;

/// <summary>A UDP flow of an engine, carried in memory: does what an owner of sockets does with one connected socket.</summary>
/// <remarks>Called under the lock of the <see cref="RunQueue"/> only.</remarks>
internal sealed class RelayedFlow : Flow, IRelayed, IDatagramSource
{
    /// <summary>The largest first datagram that is kept for another backend.</summary>
    private const int MaxKeptBytes = 1500;

    private readonly MemoryTransport _transport;
    private readonly RelayedFlows _flows;
    private IPEndPoint _backendEndPoint = null!;
    private byte[]? _firstDatagram; // kept until the first reply
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

    /// <summary>What its backend sees as its client.</summary>
    public IPEndPoint LocalEndPoint { get; private set; } = null!;

    private ref ConnectionEntry Entry => ref _transport.Context.Table.GetEntry(Handle);

    /// <summary>Opens its backend side, once it was admitted.</summary>
    public void Open()
    {
        LocalEndPoint = _transport.NextSource();
        _backendEndPoint = MemoryAddress.Normalize(Backend!.Address);
    }

    /// <summary>A datagram of the client goes to the backend.</summary>
    public void PassOn(IDatagramSource client, byte[] bytes)
    {
        ClientEnd = client;
        if (State.Requests == 0 && bytes.Length <= MaxKeptBytes)
        {
            _firstDatagram = bytes;
        }

        State.CountRequests(1, bytes.Length);
        Listener.Datagrams.CountToBackends(1, bytes.Length);
        MarkActive().BytesToBackend += bytes.Length;
        ArmTimer();
        _transport.Datagrams.Send(this, _backendEndPoint, bytes);
    }

    void IDatagramSource.TakeReply(byte[] bytes) => _flows.Contain(() =>
    {
        if (_isEnded)
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

    void IDatagramSource.TakeRefusal() => _flows.Contain(() =>
    {
        if (_isEnded)
        {
            return;
        }

        Backend refusing = Backend!;
        ExclusionSet tried = Tried;
        tried.Add(refusing.Slot);
        End(CloseReason.BackendRefused);
        _flows.SendElsewhere(this, _firstDatagram, tried);
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
        _transport.Wheel.Cancel(this);
        _transport.Context.UdpForwarder.Ended(this, reason, _transport.Now);
        _flows.Remove(this);
    }

    private void PassBack(byte[] bytes)
    {
        if (!State.IsAnswered)
        {
            _firstDatagram = null;
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

    private ref ConnectionEntry MarkActive()
    {
        ref ConnectionEntry entry = ref Entry;
        entry.LastActiveMilliseconds = _transport.Now;
        return ref entry;
    }

    private long IdleDeadline() => Entry.LastActiveMilliseconds + State.TimeoutMilliseconds(Listener.Flows);

    private void ArmTimer() => _transport.Wheel.Schedule(this, Math.Min(_forcedAt, IdleDeadline()));
}
