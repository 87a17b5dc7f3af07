// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Inspection;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tables;
using LbEngine.Transport;

namespace LbEngine.Testing;

/// <summary>A connection of an engine, carried in memory: does what a reactor does with two sockets.</summary>
/// <remarks>Called under the lock of the <see cref="RunQueue"/> only.</remarks>
internal sealed class RelayedConnection : Connection, IRelayed, IRunnable
{
    private readonly MemoryTransport _transport;
    private readonly RelayEnd _client;
    private RelayEnd? _backend;
    private RelayState _state; // mutable, keep non-readonly
    private bool _isInspecting;
    private bool _isWaiting;
    private bool _isConnected;
    private bool _isEstablished;
    private long _earlyDeadline; // of the inspection, then of each connect, and of each wait for another round
    private long _forcedAt = long.MaxValue;
    private CloseReason _forcedReason;
    private CloseScope _forcedScope;

    public RelayedConnection(MemoryTransport transport, RelayEnd client, long number)
    {
        _transport = transport;
        _client = client;
        Number = number;
    }

    public long Number { get; }

    bool IRunnable.IsQueued { get; set; }

    private ref ConnectionEntry Entry => ref _transport.Context.Table.GetEntry(Handle);

    /// <summary>Begins with the backend that admission has chosen, or with the client's first bytes.</summary>
    public void Start(bool mustInspect)
    {
        _client.Owner = this;
        if (!mustInspect)
        {
            Contain(Connect);
            return;
        }

        _isInspecting = true;
        _earlyDeadline = AcceptedMilliseconds + Listener.InspectTimeoutMilliseconds;
        ArmTimer();
        _transport.Queue.Add(this);
    }

    /// <summary>The backend answers a connect that was left open.</summary>
    public void CompleteConnect(ConnectOutcome outcome) => Contain(() =>
    {
        if (!_state.IsEnded && !_isConnected && !_isWaiting)
        {
            Continue(outcome);
        }
    });

    void IRunnable.Run() => Contain(Relay);

    public void OnTimer() => Contain(() =>
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
        else if (_isInspecting && now >= _earlyDeadline)
        {
            Refuse(RejectReason.InspectTimeout);
        }
        else if (_isWaiting && now >= _earlyDeadline)
        {
            Follow(_transport.Context.Forwarder.PlaceAgain(this, now));
        }
        else if (!_isConnected && now >= _earlyDeadline)
        {
            Retry(ConnectFailure.TimedOut);
        }
        else if (_isConnected && now >= IdleDeadline())
        {
            End(_state.TimeoutReason);
        }
        else
        {
            ArmTimer();
        }
    });

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

    /// <summary>Others need the room in which it is inspected.</summary>
    public void CrowdOut() => Refuse(RejectReason.InspectionLimit);

    /// <summary>Shows the forwarder what has come. It stays where it is, as it does while a backend is being connected.</summary>
    private void Inspect()
    {
        ReadOnlySpan<byte> bytes = _client.Input[..Math.Min(_client.Input.Length, InspectionResult.MostBytes)];
        Inspected inspected = bytes.IsEmpty ? Inspected.NeedsMore : _transport.Context.Forwarder.Inspect(this, bytes);
        switch (inspected.Outcome)
        {
            case InspectionOutcome.Chosen:
                _client.Discard(inspected.BytesToSkip);
                _isInspecting = false;
                Place();
                break;
            case InspectionOutcome.Rejected:
                Refuse(inspected.Reason, inspected.Farewell.Span);
                break;
            case InspectionOutcome.NeedsMore when _client.HasFin:
                End(CloseReason.ClientAborted);
                break;
            default:
                break;
        }
    }

    private void Place()
    {
        Placement placement = _transport.Context.Forwarder.Place(this, _transport.Now);
        if (placement.IsPlaced)
        {
            Connect();
        }
        else
        {
            Refuse(placement.Reason);
        }
    }

    private void Connect()
    {
        _backend = _transport.NewBackendEnd(this);
        _earlyDeadline = _transport.Now + Pool.ConnectTimeoutMilliseconds;
        ArmTimer();
        Continue(_transport.Connect(_backend));
    }

    private void Continue(ConnectOutcome outcome)
    {
        switch (outcome)
        {
            case ConnectOutcome.Connected:
                SendHeader();
                _isConnected = true;
                _transport.Context.Forwarder.Connected(this, _transport.Now);
                ArmTimer();
                _transport.Queue.Add(this);
                break;
            case ConnectOutcome.Refused:
                Retry(ConnectFailure.Refused);
                break;
            case ConnectOutcome.Unreachable:
                Retry(ConnectFailure.Unreachable);
                break;
            default:
                break;
        }
    }

    private void SendHeader()
    {
        if (Pool.SendsHeader)
        {
            Span<byte> header = stackalloc byte[ProxyHeaderWriter.MostBytesWithFields];
            int length = _transport.Context.Forwarder.WriteHeader(this, EndPointKey.From(Listener.BoundEndPoint ?? Listener.Bind), header);
            _backend!.Send(header[..length]);
        }
    }

    private void Retry(ConnectFailure failure)
    {
        _backend!.Abort();
        Follow(_transport.Context.Forwarder.Retry(this, failure, _transport.Now));
    }

    private void Follow(Placement placement)
    {
        _isWaiting = placement.MustWait;
        if (placement.IsPlaced)
        {
            Connect();
        }
        else if (_isWaiting)
        {
            _earlyDeadline = _transport.Now + placement.WaitMilliseconds;
            ArmTimer();
        }
        else
        {
            End(EndRules.ReasonOf(LastFailure));
        }
    }

    private void Relay()
    {
        if (_state.IsEnded)
        {
            return;
        }

        if (!_isConnected)
        {
            if (_client.WasReset)
            {
                End(CloseReason.ClientAborted);
            }
            else if (_isInspecting)
            {
                Inspect();
            }

            return;
        }

        PassOn(Side.Client, _client, _backend!);
        PassOn(Side.Backend, _backend!, _client);
        if (_client.WasReset || _backend!.WasReset)
        {
            End(EndRules.ReasonOfReset(_client.WasReset ? Side.Client : Side.Backend));
        }
        else if (_state.IsComplete)
        {
            End(CloseReason.Completed);
        }
    }

    private void PassOn(Side side, RelayEnd source, RelayEnd target)
    {
        while (source.Input.Length > 0 && target.Send(source.Input) is > 0 and int taken)
        {
            source.Discard(Math.Min(taken, source.Input.Length));
            CountBytes(side, taken);
        }

        if (source.HasFin && _state.InputEnded(side))
        {
            Entry.Phase = ConnectionPhase.HalfClosed;
            MarkActive();
            ArmTimer();
        }

        if (_state.OwesFin(side) && source.Input.IsEmpty)
        {
            target.SendFin();
            _state.FinPassedOn(side);
        }
    }

    private void CountBytes(Side side, int count)
    {
        if (!_isEstablished)
        {
            _isEstablished = true;
            _transport.Context.Forwarder.Established(this, side, _transport.Now);
        }

        MarkActive();
        if (side == Side.Client)
        {
            Entry.BytesToBackend += count;
        }
        else
        {
            Entry.BytesToClient += count;
        }
    }

    private void MarkActive() => Entry.LastActiveMilliseconds = _transport.Now;

    private long IdleDeadline() =>
        Entry.LastActiveMilliseconds + (_state.IsHalfClosed ? Listener.HalfCloseTimeoutMilliseconds : Listener.IdleTimeoutMilliseconds);

    private void ArmTimer()
    {
        long deadline = _isConnected ? Math.Min(IdleDeadline(), _transport.Now + Listener.LongestLook) : _earlyDeadline;
        _transport.Wheel.Schedule(this, Math.Min(_forcedAt, deadline));
    }

    private void Refuse(RejectReason reason, ReadOnlySpan<byte> farewell = default)
    {
        if (_state.TryEnd())
        {
            _transport.Wheel.Cancel(this);
            bool isSilent = Listener.DropsSilently(reason);
            _transport.Context.Forwarder.Refused(this, reason, _transport.Now);
            if (farewell.IsEmpty)
            {
                MemoryTransport.TurnAway(_client, isSilent);
            }
            else
            {
                _client.Send(farewell);
                _client.Close();
            }

            _transport.Remove(this);
        }
    }

    private void End(CloseReason reason)
    {
        if (!_state.TryEnd())
        {
            return;
        }

        _transport.Wheel.Cancel(this);
        _transport.Context.Forwarder.Ended(this, reason, _transport.Now);
        if (EndRules.SendsReset(reason, holdsBytes: !_client.Input.IsEmpty || _backend is { Input.IsEmpty: false }))
        {
            _client.Abort();
            _backend?.Abort();
        }
        else
        {
            _client.Close();
            _backend?.Close();
        }

        _transport.Remove(this);
    }

    /// <summary>As in the other transports, a defect of this library costs one connection and nothing else.</summary>
    private void Contain(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            EngineLog.TransportUnexpected(_transport.Context.Logger, exception, _transport.Name);
            End(CloseReason.InternalError);
        }
    }
}
