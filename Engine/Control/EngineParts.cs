// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Control.Model;
using LbEngine.Control.Operator;
using LbEngine.Control.Reload;
using LbEngine.Control.Succession;
using LbEngine.Health.Active;
using LbEngine.Health.Passive;
using LbEngine.Lifecycle;
using LbEngine.Observability.Events;
using LbEngine.Resolution;
using LbEngine.Transport;

namespace LbEngine.Control;

/// <summary>The run-time objects of one engine. Nothing here is shared with another engine.</summary>
/// <param name="Model">What is configured, as run-time objects.</param>
/// <param name="Traffic">What carries the traffic.</param>
/// <param name="Live">What lives now.</param>
/// <param name="Life">Start and end.</param>
/// <param name="Drain">The gentle end.</param>
/// <param name="Reload">Other configurations.</param>
/// <param name="Operator">Single backends.</param>
/// <param name="Successor">The engine after this one.</param>
/// <param name="Status">What is going on.</param>
/// <param name="Edits">Single backends of the configuration.</param>
/// <param name="Events">Who wants to hear of it.</param>
internal sealed record EngineParts(
    EngineModel Model,
    TrafficParts Traffic,
    LiveTraffic Live,
    EngineLife Life,
    EngineDrain Drain,
    EngineReload Reload,
    OperatorControl Operator,
    Successor Successor,
    StatusReader Status,
    BackendEdits Edits,
    EventHub Events)
{
    /// <summary>Builds everything, each after what it needs; only the probes reach forward, and none runs before the start.</summary>
    public static EngineParts Create(EngineSetup setup)
    {
        LoadBalancerOptions options = ConfigurationCopy.Of(setup.Options);
        var access = AccessLists.Read(options);
        if (access.Errors.Count > 0)
        {
            throw new LoadBalancerConfigurationException(access.Errors);
        }

        DescriptorNeeds? needs = TrafficParts.ReadNeeds(setup.Transport, options);
        DescriptorPlan plan = needs is null ? DescriptorPlan.Unlimited : EngineDescriptors.Plan(needs);
        var state = new EngineState(setup.TimeProvider);
        var events = new EventHub();
        var model = new EngineModel(options, setup.Schedulers) { BackendChanged = events.BackendChanged };
        var settings = new OperatorSettings(setup.SettingsFile, setup.Logger);
        settings.Load((pool, backend) => HostNames.MayExist(options, pool, backend));

        LiveTraffic? live = null;
        var passive = new PassiveHealth(setup.TimeProvider, setup.Logger, setup.Transport.RunLater);
        var active = new ActiveHealth(
            setup.TimeProvider,
            setup.Logger,
            () => setup.Transport.OpenProbes(setup.TimeProvider),
            backend => live!.CloseAsync(backend, CloseReason.BackendDown, TimeSpan.Zero),
            Random.Shared.NextDouble(),
            plan.Probes);
        var health = new HealthControl(passive, active);
        var reconciler = new Reconciler(model, settings, health);

        // Host names have no addresses before the start: their backends are missing till then.
        reconciler.CarryOut(reconciler.Build(HostNames.Expand(options, static _ => [], []), [], access));

        TrafficParts traffic = TrafficParts.Create(setup, model, events, passive, needs, plan);
        live = new LiveTraffic(traffic.Transport, traffic.Table, traffic.Budget, traffic.Leases);
        var listeners = new OpenListeners(
            model,
            traffic.Transport,
            traffic.Descriptors,
            traffic.Budget,
            traffic.OwnListeners,
            traffic.UdpForwarder,
            traffic.Leases,
            setup.Logger);
        var drains = new BackendDrains(live, setup.TimeProvider, state.Stopping);
        var leaving = new LeavingBackends(model, drains, traffic.Transport.Name, setup.Logger);
        var leavingListeners = new LeavingListeners(state, model, listeners, drains, traffic.Transport.Name, setup.Logger);
        var monitor = new NameMonitor(setup.Resolver, setup.TimeProvider, setup.Logger, Random.Shared.NextDouble);
        var names = new NameFollower(state, model, monitor, reconciler, leaving, traffic.OwnListeners, setup.Logger);
        var meter = new TrafficMeter(model, traffic.Table, leaving, setup.TimeProvider);
        var successor = new Successor(
            state, setup.Predecessor, traffic.Transport, () => FlowMemory.Write(traffic.Table, model, setup.TimeProvider), setup.Logger);
        var reload = new EngineReload(
            state, model, names, listeners, traffic.Descriptors, reconciler, leaving, leavingListeners, events, setup.Logger);
        return new EngineParts(
            model,
            traffic,
            live,
            new EngineLife(
                state,
                listeners,
                live,
                names,
                health,
                setup.Predecessor,
                successor,
                traffic.Transport,
                () => traffic.LogIfClamped(model, setup.Logger),
                meter,
                events),
            new EngineDrain(state, model, listeners, live, setup.TimeProvider, setup.Logger),
            reload,
            new OperatorControl(state, model, settings, drains, setup.Logger),
            successor,
            new StatusReader(state, model, traffic, leaving, setup.Predecessor, monitor, meter, setup.TimeProvider),
            new BackendEdits(reload),
            events);
    }
}
