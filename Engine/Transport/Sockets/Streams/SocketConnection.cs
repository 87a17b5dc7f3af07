// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tables;

namespace LbEngine.Transport.Sockets.Streams;

/// <summary>One TCP connection: connects to the backend, then relays both ways until it ends. Pooled.</summary>
/// <remarks>
/// <para>
/// Two loops work on it, one per direction, and the tick looks at it when its timer fires; each holds a reference. Whoever
/// sees the end first decides the reason and disposes both sockets, which makes every pending operation complete; the last to
/// let go of its reference reports the end and returns the object. So the table entry, the forwarder and the pool need no
/// lock on the data path: nobody who moves bytes can meet a connection that has been given back.
/// </para>
/// <para>
/// Allocated per connection: two sockets with their handles and addresses, and the frames of the two loops. Per segment: nothing.
/// </para>
/// </remarks>
internal sealed partial class SocketConnection : CountedConnection, IDisposable
{
    /// <summary>While no receive is pending on some side, so that its reset would go unseen, the sockets are asked this often.</summary>
    private const int WatchMilliseconds = 1000;

    private readonly SocketsShared _shared;
    private readonly SocketRelayDirection _fromClient;
    private readonly SocketRelayDirection _fromBackend;
    private readonly BackendConnector _connector;
    private readonly ConnectGate _gate = new();

    // Guards what follows up to the reason: taken when a connection begins, half-closes or ends, never per segment.
    private readonly Lock _lock = new();
    private RelayState _state; // mutable, keep non-readonly
    private Socket _client = null!;
    private Socket? _backend;
    private CloseReason _reason;
    private RejectReason _refusal;

    private int _hasSpoken;
    private int _isWatched;
    private volatile bool _isInspecting;
    private bool _isSettled;
    private UnreadInput _unread; // mutable, keep non-readonly

    public SocketConnection(SocketsShared shared)
    {
        _shared = shared;
        _connector = new BackendConnector(shared, this);
        _fromClient = new SocketRelayDirection(this, Side.Client, shared.Context.Buffers);
        _fromBackend = new SocketRelayDirection(this, Side.Backend, shared.Context.Buffers);
    }

    /// <summary>Begins the life of a connection that has arrived and now owns the socket. The caller may not touch either again.</summary>
    public void Start(Socket client, bool mustInspect)
    {
        _client = client;
        _isInspecting = mustInspect;
        BeginWith(references: 2);
        _shared.Live.Add(this);
        if (mustInspect)
        {
            _shared.Timers.Schedule(this, AcceptedMilliseconds + Listener.InspectTimeoutMilliseconds);
            Interlocked.MemoryBarrier();
            if (Standing == InspectionStanding.CrowdedOut)
            {
                // Who took it off the list may have found nothing yet that can be ended.
                Refuse(RejectReason.InspectionLimit);
            }

            _ = RunInspectionAsync();
        }
        else
        {
            _ = RunFromBackendAsync();
            _ = RunFromClientAsync();
        }
    }

    /// <summary>Ends the connection; false when it has ended already: the first reason stays. Holders of a reference, any thread.</summary>
    public bool End(CloseReason reason) => End(reason, RejectReason.None);

    /// <summary>Turns away a client that has arrived; nothing, when it has ended already. Holders of a reference, any thread.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="farewell">What it hears before its connection is closed in order; empty: it is reset.</param>
    public void Refuse(RejectReason reason, ReadOnlySpan<byte> farewell = default) => End(default, reason, farewell);

    /// <summary>Where the client came in; false when its socket is closed, since the connection has ended. Loops only.</summary>
    public bool TryReadLocal(out EndPointKey local)
    {
        try
        {
            local = EndPointKey.From((IPEndPoint)_client.LocalEndPoint!);
            return true;
        }
        catch (ObjectDisposedException)
        {
            local = default;
            return false;
        }
    }

    /// <summary>The side has reset the connection, or vanished. Loops only.</summary>
    public void OnPeerFailed(Side side) => End(EndRules.ReasonOfReset(side));

    /// <summary>The side has sent its end, and everything before it was handed on: hands on the end, too. Loops only.</summary>
    public void OnInputEnded(Side from)
    {
        bool isLast;
        lock (_lock)
        {
            if (!_state.InputEnded(from))
            {
                return;
            }

            isLast = _state.OwesOnlyFin(from);
        }

        if (isLast)
        {
            // Nothing is pending on either socket now, so closing them hands the last FIN on.
            End(CloseReason.Completed);
            return;
        }

        if (HasReset(from))
        {
            OnPeerFailed(from);
            return;
        }

        bool isPassedOn;
        bool isComplete = false;
        lock (_lock)
        {
            if (_state.IsEnded)
            {
                // The other loop met a reset and is about to close with one: a FIN must not get ahead of it.
                return;
            }

            isPassedOn = SocketClosing.TryShutdownSend(from == Side.Client ? _backend! : _client);
            if (isPassedOn)
            {
                _state.FinPassedOn(from);
                isComplete = _state.IsComplete;
            }
        }

        if (!isPassedOn)
        {
            OnPeerFailed(from == Side.Client ? Side.Backend : Side.Client);
            return;
        }

        if (isComplete)
        {
            End(CloseReason.Completed);
            return;
        }

        ref ConnectionEntry entry = ref _shared.Table.GetEntry(Handle);
        entry.Phase = ConnectionPhase.HalfClosed;
        entry.LastActiveMilliseconds = _shared.Timers.Milliseconds;
        Watch();
    }

    /// <summary>Bytes came from a side. The direction's loop only.</summary>
    public void OnReceived(Side from)
    {
        long now = _shared.Timers.Milliseconds;
        _shared.Table.GetEntry(Handle).LastActiveMilliseconds = now;
        if (_hasSpoken == 0 && Interlocked.Exchange(ref _hasSpoken, 1) == 0)
        {
            _shared.Forwarder.Established(this, from, now);
        }
    }

    /// <summary>The other side took bytes: only now do they count. The direction's loop only.</summary>
    public void OnSent(Side from, int count)
    {
        ref ConnectionEntry entry = ref _shared.Table.GetEntry(Handle);
        entry.LastActiveMilliseconds = _shared.Timers.Milliseconds;
        if (from == Side.Client)
        {
            entry.BytesToBackend += count;
        }
        else
        {
            entry.BytesToClient += count;
        }
    }

    /// <summary>
    /// Lets the tick look at this connection soon, and then as long as it has to: it is half-closed, or a side does not take what
    /// waits for it. Loops only.
    /// </summary>
    public void Watch()
    {
        if (Interlocked.Exchange(ref _isWatched, 1) == 0)
        {
            _shared.Timers.Schedule(this, _shared.Timers.Milliseconds + WatchMilliseconds);
        }
    }

    /// <summary>The timer fired: gives up a connect, ends an idle connection, or looks again later. The tick only, which holds a reference.</summary>
    public void OnTimer(long now)
    {
        Interlocked.Exchange(ref _isWatched, 0);
        bool isRelaying;
        bool isHalfClosed;
        CloseReason timeoutReason;
        lock (_lock)
        {
            if (_state.IsEnded)
            {
                return;
            }

            isRelaying = _backend is not null;
            isHalfClosed = _state.IsHalfClosed;
            timeoutReason = _state.TimeoutReason;
        }

        if (_isInspecting)
        {
            Refuse(RejectReason.InspectTimeout);
            return;
        }

        if (!isRelaying)
        {
            _connector.TimeOut(now);
            return;
        }

        if (!_isSettled)
        {
            _isSettled = true;
            SocketSetup.TrySetKeepAlive(_backend!, Listener.KeepAlive);
        }

        long timeout = isHalfClosed ? Listener.HalfCloseTimeoutMilliseconds : Listener.IdleTimeoutMilliseconds;
        long deadline = Volatile.Read(ref _shared.Table.GetEntry(Handle).LastActiveMilliseconds) + timeout;
        if (_unread.IsOver(ref deadline, now, _fromClient.IsBlocked ? null : _client, _fromBackend.IsBlocked ? null : _backend))
        {
            End(timeoutReason);
            return;
        }

        bool isWatched = isHalfClosed || _fromClient.IsBlocked || _fromBackend.IsBlocked;
        if ((PeerSilence.FindGone(Listener.KeepAlive, _client, _backend!, out long nextLook) ?? (isWatched ? FindReset() : null)) is Side failed)
        {
            OnPeerFailed(failed);
        }

        if (isWatched)
        {
            Volatile.Write(ref _isWatched, 1);
        }

        _shared.Timers.Rearm(this, Math.Min(deadline, now + (isWatched ? WatchMilliseconds : nextLook)));
    }

    public override void Reset()
    {
        base.Reset();
        _fromClient.Forget();
        _fromBackend.Forget();
        _connector.Reset();
        _gate.Reset();
        _state = default;
        _client = null!;
        _backend = null;
        _hasSpoken = 0;
        _isWatched = 0;
        _isInspecting = false;
        _isSettled = false;
        _unread = default;
    }

    public void Dispose()
    {
        _fromClient.Dispose();
        _fromBackend.Dispose();
    }

    private bool HoldsBytes => _fromClient.IsBlocked || _fromBackend.IsBlocked || _inspection is { HoldsBytes: true };

    private bool End(CloseReason reason, RejectReason refusal, ReadOnlySpan<byte> farewell = default)
    {
        Socket? backend;
        lock (_lock)
        {
            if (!_state.TryEnd())
            {
                return false;
            }

            _reason = reason;
            _refusal = refusal;
            backend = _backend;
        }

        _connector.Cancel();
        bool isTold = !farewell.IsEmpty && SocketClosing.TrySay(_client, farewell);
        bool withReset = (refusal != RejectReason.None && !isTold) || EndRules.SendsReset(reason, HoldsBytes);
        bool noReceivePending = !withReset && reason == CloseReason.Completed;
        if (refusal != RejectReason.None && Listener.DropsSilently(refusal))
        {
            _shared.Silence(Listener, _client);
        }

        SocketClosing.Close(_client, withReset, noReceivePending);
        SocketClosing.Close(backend, withReset, noReceivePending);
        return true;
    }

    protected override void Finish()
    {
        // Both loops say why they stop; should one ever not, its sockets must not stay open.
        End(CloseReason.InternalError);
        _shared.Timers.Cancel(this);
        try
        {
            if (_refusal == RejectReason.None)
            {
                _shared.Forwarder.Ended(this, _reason, _shared.ReadMilliseconds());
            }
            else
            {
                _shared.Forwarder.Refused(this, _refusal, _shared.ReadMilliseconds());
            }
        }
        catch (Exception exception)
        {
            EngineLog.TransportUnexpected(_shared.Context.Logger, exception, SocketsTransport.TransportName);
        }

        _shared.Live.Remove(this);
        _shared.GiveBack(this);
    }

    private bool IsRelaying()
    {
        lock (_lock)
        {
            return _backend is not null;
        }
    }

    private Side? FindReset() => HasReset(Side.Client) ? Side.Client : HasReset(Side.Backend) ? Side.Backend : null;

    /// <summary>For a side whose reset no operation may have met, or another than the one that asks.</summary>
    private bool HasReset(Side side)
    {
        if (!SocketClosing.IsReset(side == Side.Client ? _client : _backend!))
        {
            return false;
        }

        lock (_lock)
        {
            // Asked after, so that no FIN went to that side before: then it says nothing.
            return _state.MayRead(side == Side.Client ? Side.Backend : Side.Client);
        }
    }
}
