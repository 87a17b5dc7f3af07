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

/// <summary>The story of a UDP flow, from its first datagram to its one end; twin of <see cref="TcpForwarder"/>. No socket is in sight.</summary>
/// <remarks>Any thread, for different flows; see <see cref="IUdpForwarder"/> for the order of calls.</remarks>
internal sealed class UdpForwarder : IUdpForwarder
{
    private readonly AdmissionController _admission;
    private readonly EngineBudget _budget;
    private readonly OwnListeners _ownListeners;
    private readonly ConnectionTable _table;
    private readonly EngineCounters _counters;
    private readonly IConnectionSink _ledger;
    private readonly PassiveHealth _health;
    private readonly FlowOwners _flows;
    private readonly ILogger _logger;
    private readonly EvictionNotice _notice;
    private readonly SourceNotice _sources;
    private readonly ContainedFilters? _filters;
    private volatile bool _isDraining;

    public UdpForwarder(
        AdmissionController admission,
        EngineBudget budget,
        OwnListeners ownListeners,
        ConnectionTable table,
        EngineCounters counters,
        IConnectionSink ledger,
        PassiveHealth health,
        FlowOwners flows,
        ILogger logger,
        ContainedFilters? filters = null)
    {
        _admission = admission;
        _budget = budget;
        _ownListeners = ownListeners;
        _table = table;
        _counters = counters;
        _ledger = ledger;
        _health = health;
        _flows = flows;
        _logger = logger;
        _filters = filters;
        _notice = new EvictionNotice(logger);
        _sources = new SourceNotice(logger);
    }

    /// <summary>From now on no flow begins; those that live go on. Any thread.</summary>
    public void Drain() => _isDraining = true;

    public int Identify(Listener listener, EndPointKey peer, ReadOnlySpan<byte> datagram, long nowMilliseconds, out DatagramSender sender)
    {
        sender = new DatagramSender(peer);
        if (listener.Inspection is not ProxyInspection inspection)
        {
            return 0;
        }

        InspectionResult who = inspection.InspectDatagram(datagram, peer);
        if (who.Outcome != InspectionOutcome.Chosen)
        {
            listener.CountAccepted();
            Reject(new Arrival(listener, peer, 0, nowMilliseconds), who.Reason);
            return -1;
        }

        if (who.Client is EndPointKey client)
        {
            sender = new DatagramSender(client, client == peer ? default : peer, who.Destination ?? default);
        }

        return who.BytesToSkip;
    }

    public Placement Admit(Flow flow, in Arrival arrival, bool hasMadeRoom)
    {
        Listener listener = arrival.Listener;
        RejectReason refusal = _isDraining || listener.IsRemoved ? RejectReason.Draining
            : _ownListeners.Contains(arrival.Source) || _ownListeners.HasGoneRound(arrival) ? RejectReason.OwnListener
            : RejectReason.None;
        string? objection = null;
        if (refusal == RejectReason.None && !hasMadeRoom)
        {
            // Before room is made: nobody goes for one who is turned away. Who has made room was asked before.
            refusal = _admission.Screen(listener, arrival.Client, arrival.NowMilliseconds);
            objection = refusal == RejectReason.None ? _filters?.FindObjection(listener, arrival.Client, arrival.NowMilliseconds) : null;
            refusal = objection is null ? refusal : RejectReason.Filtered;
        }

        if (refusal == RejectReason.None)
        {
            refusal = TryReserve(listener);
            if (refusal != RejectReason.None && FlowStory.OnFull(hasMadeRoom).Step == FlowStep.MakeRoom)
            {
                return Placement.AskForRoom(refusal);
            }

            if (refusal == RejectReason.ProcessLimit)
            {
                // Too late for this one: others hold the flows that could make room, and end one for whoever comes next.
                _flows.AskOldest(1);
            }
        }

        // Not before the last answer: a datagram is counted once, however often it is asked for.
        listener.CountAccepted();
        if (refusal != RejectReason.None)
        {
            return Reject(arrival, refusal, objection);
        }

        flow.Listener = listener;
        flow.Client = arrival.Client;
        flow.Peer = arrival.Source;
        flow.AcceptedMilliseconds = arrival.NowMilliseconds;
        flow.HoldsListenerCount = true;
        Placement placement = AdmitContained(flow, arrival);
        if (!placement.IsPlaced)
        {
            _admission.Release(flow, arrival.NowMilliseconds);
            _budget.Give(EngineBudget.UdpDescriptors);
            return Reject(arrival, placement.Reason);
        }

        WriteHeader(flow, arrival);
        EngineLog.FlowPlaced(_logger, flow.Client, listener.Name, placement.Backend.Pool.Name, placement.Backend.Name);
        return placement;
    }

    public void SourceFailed(Backend backend, in SourceChoice source, SourceProblem problem, long nowMilliseconds) =>
        _sources.Note(backend, source, problem, nowMilliseconds);

    public Placement Retry(Flow flow, ConnectFailure failure, bool hasMadeRoom)
    {
        Backend failed = flow.Backend!;
        if (failure == ConnectFailure.NoLocalPort && !hasMadeRoom)
        {
            EngineLog.NoLocalPort(_logger, failed.Pool.Name, failed.Name);
        }

        switch (FlowStory.OnFailure(failure, hasMadeRoom).Step)
        {
            case FlowStep.MakeRoom:
                return Placement.AskForRoom(RejectReason.ProcessLimit);
            case FlowStep.End:
                return Placement.Rejected(RejectReason.ProcessLimit);
        }

        Blame(failed, failure, flow.Client);
        Placement placement = RetryContained(flow);
        if (placement.IsPlaced)
        {
            flow.State.CountMoved();
            EngineLog.FlowRetried(_logger, flow.Client, flow.Listener.Name, failed.Pool.Name, failed.Name, failure, placement.Backend.Name);
        }

        return placement;
    }

    public FlowVerdict Met(Flow flow, PathError error, bool hasFirst, long nowMilliseconds)
    {
        ref FlowState state = ref flow.State;
        if (error == PathError.Unreachable)
        {
            state.CountUnreachable();
        }

        FlowVerdict verdict = FlowStory.OnPathError(error, state, hasFirst, nowMilliseconds - flow.AcceptedMilliseconds);
        if (verdict.Step == FlowStep.Use && error != PathError.None && !FlowStory.RepeatsFirst(error, state, hasFirst))
        {
            state.CountLost(1);
            NoteLost(flow.Listener, flow.Backend!, error, flow.Client);
        }

        return verdict;
    }

    public void LostOneWay(Listener listener, Backend backend, PathError error) => NoteLost(listener, backend, error, client: default);

    public bool Keeps(Flow flow) => flow.Backend!.KeepsTraffic && ReferenceEquals(flow.Pool, flow.Listener.Pool);

    public void Answered(Flow flow)
    {
        _table.GetEntry(flow.Handle).Phase = ConnectionPhase.Relaying;
        flow.Backend!.EndFailuresInARow();
    }

    public void Ended(Flow flow, CloseReason reason, long nowMilliseconds)
    {
        if (reason == CloseReason.Evicted)
        {
            _notice.Note(flow.Listener, nowMilliseconds);
        }

        if (reason is CloseReason.BackendRefused or CloseReason.ConnectFailed && flow.Backend is Backend failed)
        {
            // After a Retry that gave up there is none: it was blamed there.
            Blame(failed, reason == CloseReason.BackendRefused ? ConnectFailure.Refused : ConnectFailure.Unreachable, flow.Client);
        }

        if (FlowReasons.LostWith(reason) is DropReason lost)
        {
            Dropped(flow.Listener, lost, 1);
        }

        _ledger.Write(ClosedConnection.Of(flow, reason, nowMilliseconds));
        _admission.Release(flow, nowMilliseconds);
        _budget.Give(EngineBudget.UdpDescriptors);
    }

    public void Dropped(Listener listener, DropReason reason, long count)
    {
        listener.Datagrams.CountDropped(count);
        _counters.CountDropped(reason, count);
    }

    /// <summary>For as long as the flow lives, whatever a reload says of the pool meanwhile.</summary>
    private static void WriteHeader(Flow flow, in Arrival arrival)
    {
        if (flow.Pool.SendProxy == ProxyVersion.V2)
        {
            EndPointKey bound = EndPointKey.From(flow.Listener.BoundEndPoint ?? flow.Listener.Bind);
            EndPointKey destination = arrival.Destination != default ? arrival.Destination
                : arrival.Local != default ? bound with { Address = arrival.Local }
                : bound;
            Span<byte> header = stackalloc byte[ProxyHeaderWriter.MostDatagramBytes];
            flow.Header = header[..ProxyHeaderWriter.WriteBinary(header, flow.Client, destination, isDatagram: true)];
        }
    }

    private void NoteLost(Listener listener, Backend backend, PathError error, EndPointKey client)
    {
        Dropped(listener, FlowReasons.Dropped(error), 1);
        if (error is not (PathError.TooLarge or PathError.Local))
        {
            Blame(backend, FlowReasons.Failure(error), client);
        }
    }

    /// <summary>One refusal is proof; a backend that cannot be reached is left out after several in a row, as over TCP.</summary>
    private void Blame(Backend failed, ConnectFailure failure, EndPointKey client)
    {
        if (!EndRules.BlamesBackend(failure))
        {
            return;
        }

        failed.CountConnectFailure();
        if (!EndRules.HarmsBackend(failure, failed.Pool.Sources.Shows(client, failed.IsIPv4)))
        {
            return;
        }

        if (FlowReasons.IsRefusal(failure))
        {
            _health.ReportRefused(failed);
        }
        else
        {
            _health.ReportFailure(failed);
        }
    }

    private RejectReason TryReserve(Listener listener)
    {
        if (!_budget.TryTake(EngineBudget.UdpDescriptors, listener.ActiveCount))
        {
            return RejectReason.ProcessLimit;
        }

        if (!listener.TryAcquire())
        {
            _budget.Give(EngineBudget.UdpDescriptors);
            return RejectReason.ListenerLimit;
        }

        return RejectReason.None;
    }

    /// <summary>A scheduler that an embedder plugged in may throw. That costs the one client its place, and nothing else.</summary>
    private Placement AdmitContained(Flow flow, in Arrival arrival)
    {
        try
        {
            return _admission.Admit(flow, arrival);
        }
        catch (Exception exception)
        {
            return BlameScheduler(flow, exception);
        }
    }

    private Placement RetryContained(Flow flow)
    {
        try
        {
            return _admission.Retry(flow);
        }
        catch (Exception exception)
        {
            return BlameScheduler(flow, exception);
        }
    }

    private Placement BlameScheduler(Flow flow, Exception exception)
    {
        BackendPool pool = flow.Pool;
        EngineLog.SchedulerFailed(_logger, exception, pool.SchedulerName, pool.Name);
        return Placement.Rejected(RejectReason.NoBackend);
    }

    private Placement Reject(in Arrival arrival, RejectReason reason, string? objection = null)
    {
        _ledger.Write(ClosedConnection.Of(arrival, reason, objection));
        Dropped(arrival.Listener, DropReason.Rejected, 1);
        return Placement.Rejected(reason);
    }
}
