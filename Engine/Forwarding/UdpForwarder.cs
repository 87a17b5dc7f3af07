// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Health.Passive;
using LbEngine.Lifecycle;
using LbEngine.Observability;
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
    private readonly PassiveHealth _health;
    private readonly ILogger _logger;
    private volatile bool _isDraining;

    public UdpForwarder(
        AdmissionController admission,
        EngineBudget budget,
        OwnListeners ownListeners,
        ConnectionTable table,
        EngineCounters counters,
        PassiveHealth health,
        ILogger logger)
    {
        _admission = admission;
        _budget = budget;
        _ownListeners = ownListeners;
        _table = table;
        _counters = counters;
        _health = health;
        _logger = logger;
    }

    /// <summary>From now on no flow begins; those that live go on. Any thread.</summary>
    public void Drain() => _isDraining = true;

    public Placement Admit(Flow flow, in Arrival arrival, IFlowEvictor evictor)
    {
        Listener listener = arrival.Listener;
        bool isSecondChance = flow.Attempts > 0;
        if (!isSecondChance)
        {
            listener.CountAccepted();
        }

        RejectReason refusal = _isDraining || listener.IsRemoved ? RejectReason.Draining
            : _ownListeners.Contains(arrival.Client) ? RejectReason.OwnListener
            : Reserve(listener, evictor);
        if (refusal != RejectReason.None)
        {
            return Reject(arrival, refusal, isSecondChance);
        }

        flow.Listener = listener;
        flow.Client = arrival.Client;
        flow.AcceptedMilliseconds = arrival.NowMilliseconds;
        flow.HoldsListenerCount = true;
        Placement placement = AdmitContained(flow, arrival);
        if (!placement.IsPlaced)
        {
            _admission.Release(flow, arrival.NowMilliseconds);
            _budget.Give(EngineBudget.UdpDescriptors);
            return Reject(arrival, placement.Reason, isSecondChance);
        }

        if (isSecondChance)
        {
            // Every flow counts as accepted, so that accepted ones are those that ended and those that live.
            listener.CountAccepted();
        }

        EngineLog.FlowPlaced(_logger, flow.Client, listener.Name, placement.Backend.Pool.Name, placement.Backend.Name);
        return placement;
    }

    public bool Keeps(Flow flow) => flow.Backend!.KeepsTraffic;

    public void Answered(Flow flow) => _table.GetEntry(flow.Handle).Phase = ConnectionPhase.Relaying;

    public void Ended(Flow flow, CloseReason reason, long nowMilliseconds)
    {
        if (reason == CloseReason.BackendRefused && flow.Backend is Backend refusing)
        {
            refusing.CountConnectFailure();
            _health.ReportRefused(refusing);
        }

        _counters.CountClosed(reason);
        if (_logger.IsEnabled(LogLevel.Debug))
        {
            EngineLog.FlowEnded(
                _logger,
                flow.Client,
                flow.Listener.Name,
                flow.Backend?.Name ?? "no backend",
                reason,
                nowMilliseconds - flow.AcceptedMilliseconds,
                flow.State.Requests,
                flow.State.Replies);
        }

        _admission.Release(flow, nowMilliseconds);
        _budget.Give(EngineBudget.UdpDescriptors);
    }

    public void Dropped(Listener listener, DropReason reason, long count)
    {
        listener.Datagrams.CountDropped(count);
        _counters.CountDropped(reason, count);
    }

    /// <summary>Takes a place of the engine and of the listener; when one is missing, the oldest flow that was never answered makes room, once.</summary>
    private RejectReason Reserve(Listener listener, IFlowEvictor evictor)
    {
        RejectReason refusal = TryReserve(listener);
        if (refusal == RejectReason.None)
        {
            return refusal;
        }

        Listener? victims = refusal == RejectReason.ListenerLimit ? listener : null;
        return evictor.TryEvictUnanswered(victims) ? TryReserve(listener) : refusal;
    }

    private RejectReason TryReserve(Listener listener)
    {
        if (!_budget.TryTake(EngineBudget.UdpDescriptors))
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
            BackendPool pool = flow.Pool;
            EngineLog.SchedulerFailed(_logger, exception, pool.SchedulerName, pool.Name);
            return Placement.Rejected(RejectReason.NoBackend);
        }
    }

    private Placement Reject(in Arrival arrival, RejectReason reason, bool isSecondChance)
    {
        if (isSecondChance)
        {
            // The client was accepted before; what it meets is the refusal of its first backend.
            Dropped(arrival.Listener, DropReason.Refused, 1);
            return Placement.Rejected(reason);
        }

        arrival.Listener.CountRejected();
        _counters.CountRejected(reason);
        Dropped(arrival.Listener, DropReason.Rejected, 1);
        EngineLog.FlowRejected(_logger, arrival.Client, arrival.Listener.Name, reason);
        return Placement.Rejected(reason);
    }
}
