// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Health.Passive;
using LbEngine.Inspection;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tables;
using LbEngine.Transport;
using Microsoft.Extensions.Logging;

namespace LbEngine.Forwarding;

/// <summary>The story of a TCP connection, from its arrival to its one end. Read this first; no socket is in sight.</summary>
/// <remarks>Any thread, for different connections; see <see cref="ITcpForwarder"/> for the order of calls.</remarks>
internal sealed class TcpForwarder : ITcpForwarder
{
    // Places that the clients of one listener may want at once: what is ended for them goes to them within some milliseconds, or was ended in vain.
    private const int MostWanted = 64;

    private readonly AdmissionController _admission;
    private readonly ContainedAdmission _contained;
    private readonly EngineBudget _budget;
    private readonly OwnListeners _ownListeners;
    private readonly ConnectionTable _table;
    private readonly IConnectionSink _ledger;
    private readonly PassiveHealth _health;
    private readonly HeldClients _held;
    private readonly SourceNotice _sources;
    private readonly ClientHeaders _headers = new();
    private readonly InspectionRoom _inspections;
    private readonly FlowOwners _flows;
    private readonly ILogger _logger;
    private readonly ContainedFilters? _filters;

    public TcpForwarder(
        AdmissionController admission,
        EngineBudget budget,
        OwnListeners ownListeners,
        ConnectionTable table,
        IConnectionSink ledger,
        PassiveHealth health,
        FlowOwners flows,
        TimeProvider timeProvider,
        ILogger logger,
        ContainedFilters? filters = null)
    {
        _admission = admission;
        _contained = new ContainedAdmission(admission, logger);
        _budget = budget;
        _ownListeners = ownListeners;
        _table = table;
        _ledger = ledger;
        _health = health;
        _held = new HeldClients(timeProvider, budget, logger);
        _sources = new SourceNotice(logger);
        _inspections = new InspectionRoom(table.Capacity);
        _flows = flows;
        _logger = logger;
        _filters = filters;
    }

    public AcceptDecision MayAccept(Listener listener)
    {
        // A listener that refuses when full has to accept first, so it reserves in Arrive instead.
        return !listener.HoldsWhenFull || TryReserve(listener) == RejectReason.None ? AcceptDecision.Accept : AcceptDecision.Hold;
    }

    public void NotAccepted(Listener listener)
    {
        if (listener.HoldsWhenFull)
        {
            listener.Release();
            GiveBackBudget();
        }

        NobodyWaits(listener);
    }

    public void NobodyWaits(Listener listener)
    {
        // Clients that are reset when the engine is full never wait: room is made for the next one.
        if (listener.HoldsWhenFull || listener.IsRemoved)
        {
            WantNone(listener);
        }
    }

    public void Held(Listener listener, int change) => _held.Change(listener, change);

    public bool MayHaveGoneRound(in Arrival arrival) => _ownListeners.MayHaveGoneRound(arrival);

    public Placement Arrive(Connection connection, in Arrival arrival)
    {
        Listener listener = arrival.Listener;
        IInspection? inspection = listener.Inspection;
        bool mustInspect = inspection is not null;
        listener.CountAccepted();

        // Before anything is taken. Who may turn out to be somebody else is asked for in Place.
        bool isScreened = inspection is not { NamesClient: true };
        RejectReason refusal = inspection?.Meet(arrival.Client) ?? RejectReason.None;
        if (refusal == RejectReason.None && isScreened)
        {
            refusal = _admission.Screen(listener, arrival.Client, arrival.NowMilliseconds);
        }

        if (!listener.HoldsWhenFull)
        {
            refusal = refusal == RejectReason.None ? TryReserve(listener) : refusal;
            if (refusal != RejectReason.None)
            {
                _ledger.Write(ClosedConnection.Of(arrival, refusal));
                return Placement.Rejected(refusal);
            }
        }

        connection.Listener = listener;
        connection.Client = arrival.Client;
        connection.Peer = arrival.Client;
        connection.IsScreened = isScreened;
        connection.AcceptedMilliseconds = arrival.NowMilliseconds;
        connection.HoldsListenerCount = true;
        if (refusal == RejectReason.None && _ownListeners.HasGoneRound(arrival))
        {
            refusal = RejectReason.OwnListener;
        }

        if (refusal != RejectReason.None)
        {
            Refused(connection, refusal, arrival.NowMilliseconds);
            return Placement.Rejected(refusal);
        }

        if (!_admission.TryArrive(connection, arrival, mustInspect ? ConnectionPhase.Inspecting : ConnectionPhase.Connecting))
        {
            Refused(connection, RejectReason.ProcessLimit, arrival.NowMilliseconds);
            return Placement.Rejected(RejectReason.ProcessLimit);
        }

        if (mustInspect)
        {
            if (_inspections.TryEnter(connection, arrival))
            {
                return Placement.InspectFirst;
            }

            Refused(connection, RejectReason.InspectionLimit, arrival.NowMilliseconds);
            return Placement.Rejected(RejectReason.InspectionLimit);
        }

        connection.Pool = listener.Pool;
        Placement placement = PlaceScreened(connection, arrival.NowMilliseconds);
        if (!placement.IsPlaced)
        {
            Refused(connection, placement.Reason, arrival.NowMilliseconds);
        }

        return placement;
    }

    public Inspected Inspect(Connection connection, ReadOnlySpan<byte> bytes)
    {
        Listener listener = connection.Listener;

        // A reload may have taken the inspection away meanwhile: then nothing of the client is anybody's but its backend's.
        InspectionResult result = listener.Inspection is IInspection inspection
            ? _contained.Inspect(connection, inspection, bytes)
            : InspectionResult.Choose();
        switch (result.Outcome)
        {
            case InspectionOutcome.Chosen when !InspectionRoom.TryLeave(connection):
                return Inspected.Rejected(RejectReason.InspectionLimit);
            case InspectionOutcome.Chosen:
                connection.Pool = result.Pool ?? listener.Pool;
                connection.Client = result.Client ?? connection.Peer;
                connection.Destination = result.Destination;
                if (listener.Inspection is IInspection told && (connection.Pool.HeaderFields & SentFields.Told) != 0)
                {
                    _contained.Describe(connection, told, bytes);
                }

                _table.EndInspection(connection.Handle, connection.Client, connection.Peer);
                return Inspected.Chosen(result.BytesToSkip);
            case InspectionOutcome.NeedsMore:
                return Inspected.NeedsMore;
            default:
                return Inspected.Rejected(result.Reason, result.Farewell);
        }
    }

    public Placement Place(Connection connection, long nowMilliseconds)
    {
        RejectReason refusal = connection.IsScreened
            ? RejectReason.None
            : _admission.Screen(connection.Listener, connection.Client, nowMilliseconds);
        return refusal == RejectReason.None ? PlaceScreened(connection, nowMilliseconds) : Placement.Rejected(refusal);
    }

    public void SourceFailed(Backend backend, in SourceChoice source, SourceProblem problem, long nowMilliseconds) =>
        _sources.Note(backend, source, problem, nowMilliseconds);

    public Placement Retry(Connection connection, ConnectFailure failure, long nowMilliseconds)
    {
        Backend failed = connection.Backend!;
        if (EndRules.BlamesBackend(failure))
        {
            failed.CountConnectFailure();
            if (EndRules.HarmsBackend(failure, failed.Pool.Sources.Shows(connection.Client, failed.IsIPv4)))
            {
                _health.ReportFailure(failed);
            }
        }
        else if (failure == ConnectFailure.NoLocalPort)
        {
            EngineLog.NoLocalPort(_logger, failed.Pool.Name, failed.Name);
        }

        connection.LastFailure = failure;
        Placement placement = _contained.Retry(connection);
        if (placement.IsPlaced)
        {
            EngineLog.ConnectRetried(_logger, failed.Pool.Name, failed.Name, failure, connection.Client, placement.Backend.Name);
        }

        return placement.IsPlaced ? placement : WaitOrGiveUp(connection, nowMilliseconds);
    }

    public Placement PlaceAgain(Connection connection, long nowMilliseconds)
    {
        Placement placement = _contained.PlaceAgain(connection);
        if (placement.IsPlaced)
        {
            EngineLog.ConnectionPlaced(_logger, connection.Client, connection.Listener.Name, connection.Pool.Name, placement.Backend.Name);
        }

        return placement.IsPlaced ? placement : WaitOrGiveUp(connection, nowMilliseconds);
    }

    public void Connected(Connection connection, long nowMilliseconds)
    {
        connection.ConnectedMilliseconds = nowMilliseconds;
        connection.Told.GiveBack();
        ref ConnectionEntry entry = ref _table.GetEntry(connection.Handle);
        entry.Phase = ConnectionPhase.Relaying;
        entry.LastActiveMilliseconds = nowMilliseconds;
    }

    public int WriteHeader(Connection connection, EndPointKey local, Span<byte> header)
    {
        EndPointKey destination = connection.Destination ?? local;
        return connection.Pool.SendProxy switch
        {
            ProxyVersion.V1 => ProxyHeaderWriter.WriteText(header, connection.Client, destination),
            ProxyVersion.V2 => _headers.Write(header, connection, destination),
            _ => 0,
        };
    }

    public void Established(Connection connection, Side firstSpeaker, long nowMilliseconds)
    {
        connection.FirstByteMilliseconds = nowMilliseconds;
        connection.Pool.FirstSpeaker.Observe(firstSpeaker == Side.Client);
        if (firstSpeaker == Side.Backend)
        {
            connection.Backend?.EndFailuresInARow();
        }
    }

    public void Refused(Connection connection, RejectReason reason, long nowMilliseconds)
    {
        InspectionRoom.TryLeave(connection);
        _ledger.Write(ClosedConnection.Of(connection, reason, nowMilliseconds));
        _admission.Release(connection, nowMilliseconds);
        GiveBackBudget();
    }

    public void Ended(Connection connection, CloseReason reason, long nowMilliseconds)
    {
        InspectionRoom.TryLeave(connection);
        ref ConnectionEntry entry = ref _table.GetEntry(connection.Handle);
        if (connection.Backend is Backend backend)
        {
            NoteHealth(backend, connection.Client.Address, entry, reason);
        }

        _ledger.Write(ClosedConnection.Of(connection, entry, reason, nowMilliseconds));
        _admission.Release(connection, nowMilliseconds);
        GiveBackBudget();
    }

    /// <summary>A backend that has answered is well, whatever became of the connection then; one that resets without a word may not be.</summary>
    private void NoteHealth(Backend backend, AddressKey client, in ConnectionEntry entry, CloseReason reason)
    {
        bool hasAnswered = entry.BytesToClient > 0;
        if (hasAnswered)
        {
            backend.EndFailuresInARow();
        }

        if (reason == CloseReason.BackendReset)
        {
            backend.CountReset();
            if (!hasAnswered)
            {
                _health.ReportReset(backend, client, hasSent: entry.BytesToBackend > 0);
            }
        }
    }

    /// <summary>Places a client that may come in.</summary>
    private Placement PlaceScreened(Connection connection, long nowMilliseconds)
    {
        if (_filters?.FindObjection(connection.Listener, connection.Client, nowMilliseconds) is string objection)
        {
            connection.Objection = objection;
            return Placement.Rejected(RejectReason.Filtered);
        }

        Placement placement = _contained.Place(connection, nowMilliseconds);
        if (placement.IsPlaced)
        {
            connection.PlacedMilliseconds = nowMilliseconds;
            EngineLog.ConnectionPlaced(_logger, connection.Client, connection.Listener.Name, connection.Pool.Name, placement.Backend.Name);
        }

        return placement;
    }

    private static Placement WaitOrGiveUp(Connection connection, long now)
    {
        BackendPool pool = connection.Pool;
        int wait = RetryRules.WaitMilliseconds(now, connection.PlacedMilliseconds, pool.ConnectRetryMilliseconds, pool.ConnectTimeoutMilliseconds);
        return wait > 0 ? Placement.After(wait) : Placement.Rejected(RejectReason.NoBackend);
    }

    private void GiveBackBudget() => _budget.Give(EngineBudget.TcpDescriptors);

    private RejectReason TryReserve(Listener listener)
    {
        if (!_budget.TryTake(EngineBudget.TcpDescriptors, listener.ActiveCount))
        {
            MakeRoom(listener);
            return RejectReason.ProcessLimit;
        }

        if (!listener.TryAcquire())
        {
            GiveBackBudget();
            return RejectReason.ListenerLimit;
        }

        return RejectReason.None;
    }

    /// <summary>
    /// Flows that were never answered make room for a client, the oldest first. Whoever holds them ends them in its own time: the client is taken when
    /// its listener looks again, and what was ended for it is not given to another flow meanwhile.
    /// </summary>
    private void MakeRoom(Listener listener)
    {
        _budget.Want(listener.WantMore(listener.HoldsWhenFull ? MostWanted : 1));
        int missing = _budget.CountMissing(listener.ActiveCount);
        if (missing > 0 && !_flows.AskOldest(missing))
        {
            WantNone(listener);
        }
    }

    private void WantNone(Listener listener)
    {
        int wanted = listener.WantNone();
        if (wanted > 0)
        {
            _budget.Want(-wanted);
        }
    }
}
