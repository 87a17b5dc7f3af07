// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Control.Model;
using LbEngine.Forwarding;
using LbEngine.Health.Passive;
using LbEngine.Leasing;
using LbEngine.Observability;
using LbEngine.Transport;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control;

/// <summary>What carries the traffic of one engine: its table, its forwarders and its transport. Nothing here knows that it can be controlled.</summary>
internal sealed record TrafficParts(
    ConnectionTable Table,
    EngineCounters Counters,
    EngineBudget Budget,
    OwnListeners OwnListeners,
    UdpForwarder UdpForwarder,
    LeaseBook Leases,
    ITransport Transport)
{
    private const int DefaultCapacity = 262_144;

    /// <summary>Builds them for a model that has its listeners already: what they are decides what a connection takes.</summary>
    public static TrafficParts Create(EngineSetup setup, EngineModel model, PassiveHealth passiveHealth)
    {
        LoadBalancerOptions options = model.Configured;
        int descriptors = setup.Transport.UsesDescriptors && DescriptorBudget.ReadLimit() is long limit ? DescriptorBudget.ForConnections(limit) : int.MaxValue;
        int perConnection = model.Listeners.Any(listener => listener.IsDatagram) ? EngineBudget.UdpDescriptors : EngineBudget.TcpDescriptors;
        int capacity = ChooseCapacity(options.MaxConnections, descriptors / perConnection, setup.Logger);
        var budget = new EngineBudget(capacity, descriptors);
        var table = new ConnectionTable(capacity);
        var counters = new EngineCounters();
        var picker = new BackendPicker(model.Affinity, model.Backends);
        var admission = new AdmissionController(table, new ConnectionLimiter(capacity), picker);
        var ledger = new ConnectionLedger(counters, new ConnectionLog(setup.Logger));
        var tcp = new TcpForwarder(admission, budget, table, ledger, passiveHealth, setup.Logger);
        var ownListeners = new OwnListeners();
        var udp = new UdpForwarder(admission, budget, ownListeners, table, counters, ledger, passiveHealth, setup.Logger);
        var leases = new LeaseBook(() => model.Pools, picker, model.Backends, passiveHealth, setup.TimeProvider, setup.Logger);
        int reactors = options.Reactors > 0 ? options.Reactors : Environment.ProcessorCount;
        var context = new TransportContext(tcp, udp, table, setup.TimeProvider, setup.Logger, reactors)
        {
            Inherit = setup.Predecessor.IsWanted ? setup.Predecessor.Inherit : null,
        };
        return new TrafficParts(table, counters, budget, ownListeners, udp, leases, setup.Transport.Create(context));
    }

    private static int ChooseCapacity(int configured, int allowed, ILogger logger)
    {
        int wanted = configured == 0 ? DefaultCapacity : configured;
        if (configured > allowed)
        {
            EngineLog.TableClamped(logger, allowed, configured, DescriptorBudget.ReadLimit() ?? 0);
        }

        return Math.Min(wanted, allowed);
    }
}
