// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Connections;
using LbEngine.Control.Model;
using LbEngine.Control.Reload;
using LbEngine.Forwarding;
using LbEngine.Health.Active;
using LbEngine.Health.Passive;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Resolution;
using LbEngine.Scheduling;
using LbEngine.Transport;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control;

/// <summary>The run-time objects of one engine. Nothing here is shared with another engine.</summary>
internal sealed record EngineParts(
    EngineModel Model,
    Reconciler Reconciler,
    ConnectionTable Table,
    EngineCounters Counters,
    EngineBudget Budget,
    OwnListeners OwnListeners,
    UdpForwarder UdpForwarder,
    HealthControl Health,
    NameMonitor Names,
    ITransport Transport,
    TimeProvider TimeProvider,
    ILogger Logger)
{
    private const int DefaultCapacity = 262_144;

    /// <summary>Builds everything from checked options, which are copied.</summary>
    public static EngineParts Create(
        LoadBalancerOptions source,
        SchedulerRegistry schedulers,
        TransportChoice transportChoice,
        Func<IReadOnlyList<int>>? inherit,
        IHostResolver resolver,
        TimeProvider timeProvider,
        ILogger logger)
    {
        LoadBalancerOptions options = ConfigurationCopy.Of(source);
        var model = new EngineModel(options, schedulers);
        var reconciler = new Reconciler(model);

        // Host names have no addresses before the start: their backends are missing till then.
        ReconcilePlan plan = reconciler.Prepare(HostNames.Expand(options, static _ => [], []), []);
        reconciler.Apply(plan);
        plan.AddedListeners.ToList().ForEach(model.ListenerDirectory.Add);

        int descriptors = transportChoice.UsesDescriptors && DescriptorBudget.ReadLimit() is long limit ? DescriptorBudget.ForConnections(limit) : int.MaxValue;
        int perConnection = model.Listeners.Any(listener => listener.IsDatagram) ? EngineBudget.UdpDescriptors : EngineBudget.TcpDescriptors;
        int capacity = ChooseCapacity(options.MaxConnections, descriptors / perConnection, logger);
        var budget = new EngineBudget(capacity, descriptors);
        var table = new ConnectionTable(capacity);
        var counters = new EngineCounters();
        var admission = new AdmissionController(table, new ConnectionLimiter(capacity), model.Affinity, model.Backends);
        var passiveHealth = new PassiveHealth(timeProvider, logger, transportChoice.RunLater);
        var forwarder = new TcpForwarder(admission, budget, table, counters, passiveHealth, logger);
        var ownListeners = new OwnListeners();
        var udpForwarder = new UdpForwarder(admission, budget, ownListeners, table, counters, passiveHealth, logger);
        int reactors = options.Reactors > 0 ? options.Reactors : Environment.ProcessorCount;
        ITransport transport = transportChoice.Create(new Transport.TransportContext(forwarder, udpForwarder, table, timeProvider, logger, reactors) { Inherit = inherit });
        var activeHealth = new ActiveHealth(
            timeProvider,
            logger,
            () => transportChoice.OpenProbes(timeProvider),
            backend => transport.CloseConnectionsAsync(CloseReason.BackendDown, TimeSpan.Zero, new CloseScope(backend)).AsTask(),
            Random.Shared.NextDouble());
        var health = new HealthControl(passiveHealth, activeHealth);
        health.Follow(model, []);
        var names = new NameMonitor(resolver, timeProvider, logger, Random.Shared.NextDouble);
        return new EngineParts(model, reconciler, table, counters, budget, ownListeners, udpForwarder, health, names, transport, timeProvider, logger);
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
