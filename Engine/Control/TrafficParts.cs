// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Configuration;
using LbEngine.Configuration.Text;
using LbEngine.Connections;
using LbEngine.Control.Model;
using LbEngine.Control.Succession;
using LbEngine.Forwarding;
using LbEngine.Health.Passive;
using LbEngine.Leasing;
using LbEngine.Observability;
using LbEngine.Observability.Events;
using LbEngine.Timing;
using LbEngine.Transport;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control;

/// <summary>What carries the traffic of one engine: its table, its forwarders and its transport. Nothing here knows that it can be controlled.</summary>
internal sealed record TrafficParts(
    ConnectionTable Table,
    EngineCounters Counters,
    EngineBudget Budget,
    EngineDescriptors Descriptors,
    OwnListeners OwnListeners,
    UdpForwarder UdpForwarder,
    LeaseBook Leases,
    ITransport Transport)
{
    private const int DefaultCapacity = 262_144;

    /// <summary>The most connections and flows that fit into the memory that there is.</summary>
    public int FittingInMemory { get; private init; } = int.MaxValue;

    /// <summary>The most connections and flows at once, as the listeners are now.</summary>
    public int ReadCapacity(EngineModel model) => Math.Min(Table.Capacity, Math.Max(0, Budget.DescriptorsForTraffic) / DescriptorsOfOne(model));

    /// <summary>Says when less than what is configured fits under the descriptor limit, or into memory. Once the listeners are open.</summary>
    public void LogIfClamped(EngineModel model, ILogger logger)
    {
        int capacity = ReadCapacity(model);
        int configured = model.Configured.MaxConnections;
        if (configured > capacity && capacity == FittingInMemory)
        {
            EngineLog.TableClampedByMemory(logger, capacity, configured, MemoryBudget.ReadAvailable() >> 20);
        }
        else if (configured > capacity)
        {
            EngineLog.TableClamped(logger, capacity, configured, Descriptors.Limit);
        }
    }

    /// <summary>What of the process's descriptors an engine wants that has these listeners; null where nothing counts them.</summary>
    public static DescriptorNeeds? ReadNeeds(TransportChoice transport, LoadBalancerOptions options)
    {
        if (!transport.UsesDescriptors || ProcessDescriptors.ReadLimit() is not long limit)
        {
            return null;
        }

        ILookup<ListenerProtocol, int> places = options.Listeners.Values.ToLookup(
            static listener => listener.Protocol, static listener => BindAddress.Parse(listener.Bind).EndPoints.Count);
        int tcp = places[ListenerProtocol.Tcp].Sum();
        int udp = places[ListenerProtocol.Udp].Sum();
        return new DescriptorNeeds(
            limit, ProcessDescriptors.CountOpen(), tcp, udp, WantedReactors(options), transport.HasReactors);
    }

    /// <summary>Builds them for a model that has its listeners already: what they are decides what a connection takes.</summary>
    public static TrafficParts Create(
        EngineSetup setup, EngineModel model, EventHub events, PassiveHealth passiveHealth, DescriptorNeeds? needs, DescriptorPlan plan)
    {
        LoadBalancerOptions options = model.Configured;
        int wanted = options.MaxConnections == 0 ? DefaultCapacity : options.MaxConnections;
        long memory = MemoryBudget.ReadAvailable();
        int fitting = MemoryBudget.ForConnections(memory, setup.Transport.BytesPerConnection);
        int capacity = Math.Min(Math.Min(wanted, fitting), plan.Traffic / DescriptorsOfOne(model));
        var budget = new EngineBudget(capacity, plan.Traffic);
        budget.Divide(model.Listeners.Count);
        var table = new ConnectionTable(capacity);
        var counters = new EngineCounters();
        var picker = new BackendPicker(model.Affinity, model.Backends);
        var handed = new HandedFlows();
        var admission = new AdmissionController(table, new ConnectionLimiter(capacity), picker, handed);
        var ledger = new ConnectionLedger(
            counters, new ConnectionLog(setup.Logger), new FullPoolLog(setup.Logger), new TroubleLog(setup.Logger), events);
        ContainedFilters? filters = setup.Filters.Count > 0 ? new ContainedFilters(setup.Filters, setup.Logger) : null;
        var flows = new FlowOwners();
        var ownListeners = new OwnListeners(setup.Logger);
        var tcp = new TcpForwarder(admission, budget, ownListeners, table, ledger, passiveHealth, flows, setup.TimeProvider, setup.Logger, filters);
        var udp = new UdpForwarder(admission, budget, ownListeners, table, counters, ledger, passiveHealth, flows, setup.Logger, filters);
        var leases = new LeaseBook(() => model.Pools, picker, model.Backends, passiveHealth, setup.TimeProvider, setup.Logger);
        int reactors = needs is null ? WantedReactors(options) : plan.Reactors;
        if (reactors < options.Reactors)
        {
            EngineLog.FewerReactors(setup.Logger, reactors, options.Reactors, needs?.Limit ?? 0);
        }

        var context = new TransportContext(tcp, udp, table, setup.TimeProvider, setup.Logger, reactors)
        {
            Descriptors = plan,
            Flows = flows,
            InheritAsync = setup.Predecessor.IsWanted ? token => InheritAsync(setup, model, handed, token) : null,
            Buffers = new BufferBudget(MemoryBudget.ForBuffers(memory)),
        };
        var descriptors = new EngineDescriptors(budget, plan, needs);
        return new TrafficParts(table, counters, budget, descriptors, ownListeners, udp, leases, setup.Transport.Create(context))
        {
            FittingInMemory = fitting,
        };
    }

    /// <summary>What comes from a predecessor: the sockets, and who its clients were, before the first of them can come.</summary>
    private static async Task<IReadOnlyList<int>> InheritAsync(
        EngineSetup setup, EngineModel model, HandedFlows handed, CancellationToken cancellationToken)
    {
        IReadOnlyList<int> sockets = await setup.Predecessor.InheritAsync(cancellationToken).ConfigureAwait(false);
        handed.Set(FlowMemory.Read(setup.Predecessor.Flows.Span, model.Listeners, CoarseClock.ReadMilliseconds(setup.TimeProvider)));
        return sockets;
    }

    private static int WantedReactors(LoadBalancerOptions options) => options.Reactors > 0 ? options.Reactors : Environment.ProcessorCount;

    private static int DescriptorsOfOne(EngineModel model) =>
        model.Listeners.Any(static listener => listener.IsDatagram) ? EngineBudget.UdpDescriptors : EngineBudget.TcpDescriptors;
}
