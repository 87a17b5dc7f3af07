// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Connections;
using LbEngine.Control.Model;
using LbEngine.Control.Operator;
using LbEngine.Resolution;
using LbEngine.Scheduling;

namespace LbEngine.Control.Reload;

/// <summary>Makes the run-time objects be what options say. The same way at the start and at every reload; one caller at a time.</summary>
/// <remarks>
/// Everything that can fail comes first, on objects that nobody sees yet: new pools, a trial run of every scheduler, then the bind
/// of new listeners. What follows is assignments; pools that are the same in both are not touched at all.
/// </remarks>
internal sealed class Reconciler
{
    private readonly EngineModel _model;
    private readonly OperatorSettings _settings;
    private readonly HealthControl _health;
    private readonly PoolReconciler _pools;

    public Reconciler(EngineModel model, OperatorSettings settings, HealthControl health)
    {
        _model = model;
        _settings = settings;
        _health = health;
        _pools = new PoolReconciler(model, settings);
    }

    /// <summary>
    /// Builds what the model lacks and tries out what may throw; nothing that serves is touched. Follow with <see cref="CarryOut"/> or
    /// <see cref="Discard(ReloadPlan)"/>.
    /// </summary>
    /// <param name="next">The new options, the engine's own copy.</param>
    /// <param name="returning">Removed listeners that are open still, and may go on.</param>
    /// <param name="access">Who may come in at each listener.</param>
    public ReloadPlan Build(LoadBalancerOptions next, IEnumerable<Listener> returning, AccessLists access)
    {
        var pools = new Dictionary<string, BackendPool>(StringComparer.Ordinal);
        var schedulers = new Dictionary<string, SchedulerFactory>(StringComparer.Ordinal);
        try
        {
            BuildPools(next, pools, schedulers);
            return BuildListeners(next, new ListenerMatch([.. _model.Listeners, .. returning]), pools, schedulers, access);
        }
        catch
        {
            Discard(pools.Values);
            throw;
        }
    }

    /// <summary>Lets go of what a plan has built, which will not be carried out.</summary>
    public void Discard(ReloadPlan plan)
    {
        foreach (Listener listener in plan.AddedListeners)
        {
            // Its number may be given to another.
            listener.IsRemoved = true;
        }

        Discard(plan.Pools.Values);
    }

    /// <summary>Carries out a plan. Returns the backends that left: they may be let go of when no listener that was removed still leads to them.</summary>
    public IReadOnlyList<Backend> CarryOut(ReloadPlan plan)
    {
        IReadOnlyList<BackendPool> before = _model.Pools;
        IReadOnlyList<Backend> left = Swap(plan);
        _health.Follow(_model, before);
        _settings.ForgetUnless((pool, backend) => HostNames.MayExist(_model.Configured, pool, backend));
        return left;
    }

    private void BuildPools(LoadBalancerOptions next, Dictionary<string, BackendPool> pools, Dictionary<string, SchedulerFactory> schedulers)
    {
        foreach ((string name, BackendPoolOptions options) in next.Pools)
        {
            SchedulerFactory factory = CreateFactory(options.Scheduler);
            if (_model.FindPool(name) is not BackendPool running)
            {
                pools.Add(name, _pools.Create(name, options, factory));
                continue;
            }

            pools.Add(name, running);
            if (!ConfigurationDiff.IsSame(_model.Options.Pools[name], options))
            {
                schedulers.Add(name, factory);
                PoolReconciler.TryOut(running, options, factory);
            }
        }
    }

    private ReloadPlan BuildListeners(
        LoadBalancerOptions next,
        ListenerMatch open,
        Dictionary<string, BackendPool> pools,
        Dictionary<string, SchedulerFactory> schedulers,
        AccessLists access)
    {
        var matches = new List<(string Name, ListenerOptions Options, Listener? Running)>();
        foreach ((string name, ListenerOptions options) in next.Listeners)
        {
            matches.Add((name, options, open.Find(name, options)));
        }

        var ids = new Queue<ushort>(_model.ListenerDirectory.TakeIds(matches.Count(static one => one.Running is null)));
        var all = new List<Listener>();
        var added = new List<Listener>();
        foreach ((string name, ListenerOptions options, Listener? running) in matches)
        {
            Listener listener = running ?? RuntimeSettings.CreateListener(ids.Dequeue(), name, options, pools, access.Find(name));
            all.Add(listener);
            if (running is null)
            {
                added.Add(listener);
            }
        }

        added.ForEach(_model.ListenerDirectory.Add);
        return new ReloadPlan(next, pools, schedulers, all, added, [.. _model.Listeners.Except(all)], access);
    }

    private List<Backend> Swap(ReloadPlan plan)
    {
        var left = new List<Backend>();
        foreach ((string name, BackendPoolOptions options) in plan.Options.Pools)
        {
            if (plan.Schedulers.TryGetValue(name, out SchedulerFactory? factory))
            {
                left.AddRange(_pools.Update(plan.Pools[name], options, factory));
            }
        }

        int position = 0;
        foreach ((string name, ListenerOptions options) in plan.Options.Listeners)
        {
            Listener listener = plan.Listeners[position++];
            RuntimeSettings.Update(listener, name, options, plan.Pools, plan.Access.Find(name));
            listener.IsRemoved = false;
        }

        foreach (Listener listener in plan.RemovedListeners)
        {
            listener.IsRemoved = true;
        }

        // Last, so that no listener still goes there.
        foreach (BackendPool pool in _model.Pools.Except(plan.Pools.Values))
        {
            left.AddRange(_pools.Retire(pool));
        }

        _model.Pools = [.. plan.Options.Pools.Keys.Select(name => plan.Pools[name])];
        _model.Listeners = plan.Listeners;
        _model.Options = plan.Options;
        _model.Access = plan.Access;
        return left;
    }

    private void Discard(IEnumerable<BackendPool> pools)
    {
        foreach (BackendPool pool in pools.Except(_model.Pools))
        {
            _pools.Discard(pool);
        }
    }

    private SchedulerFactory CreateFactory(string name) => _model.Schedulers.TryCreate(name, out SchedulerFactory? factory)
        ? factory
        : throw new InvalidOperationException($"The validator let an unknown scheduler pass: {name}.");
}
