// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Connections;
using LbEngine.Control.Model;
using LbEngine.Control.Operator;
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

    public Reconciler(EngineModel model) => _model = model;

    /// <summary>Builds what the model lacks and tries out what may throw; nothing that serves is touched. Follow with <see cref="Apply"/> or <see cref="Discard(ReconcilePlan)"/>.</summary>
    /// <param name="next">The new options, the engine's own copy.</param>
    /// <param name="returning">Removed listeners that are open still, and may go on.</param>
    public ReconcilePlan Prepare(LoadBalancerOptions next, IEnumerable<Listener> returning)
    {
        var pools = new Dictionary<string, BackendPool>(StringComparer.Ordinal);
        try
        {
            return Prepare(next, new ListenerMatch([.. _model.Listeners, .. returning]), pools);
        }
        catch
        {
            Discard(pools.Values);
            throw;
        }
    }

    /// <summary>Lets go of what a plan has built, which will not be carried out.</summary>
    public void Discard(ReconcilePlan plan)
    {
        foreach (Listener listener in plan.AddedListeners)
        {
            // Its number may be given to another.
            listener.IsRemoved = true;
        }

        Discard(plan.Pools.Values);
    }

    private void Discard(IEnumerable<BackendPool> pools)
    {
        foreach (BackendPool pool in pools.Except(_model.Pools))
        {
            _model.Affinity.Set(pool.Id, null);
            foreach (Backend? backend in pool.Current.BySlot)
            {
                _model.Backends.Forget(backend!);
            }
        }
    }

    private ReconcilePlan Prepare(LoadBalancerOptions next, ListenerMatch open, Dictionary<string, BackendPool> pools)
    {
        var schedulers = new Dictionary<string, SchedulerFactory>(StringComparer.Ordinal);
        foreach ((string name, BackendPoolOptions options) in next.Pools)
        {
            SchedulerFactory factory = CreateFactory(options.Scheduler);
            if (_model.FindPool(name) is BackendPool running)
            {
                pools.Add(name, running);
                if (!ConfigurationDiff.IsSame(_model.Options.Pools[name], options))
                {
                    schedulers.Add(name, factory);
                    TryScheduler(factory, options);
                    CheckRoom(running, options);
                }
            }
            else
            {
                pools.Add(name, CreatePool(name, options, factory));
            }
        }

        var listeners = new List<(string Name, ListenerOptions Options, Listener? Running)>();
        foreach ((string name, ListenerOptions options) in next.Listeners)
        {
            listeners.Add((name, options, open.Find(name, options)));
        }

        using IEnumerator<ushort> ids = _model.ListenerDirectory.TakeIds(listeners.Count(one => one.Running is null)).ToList().GetEnumerator();
        var all = new List<Listener>();
        var added = new List<Listener>();
        foreach ((string name, ListenerOptions options, Listener? running) in listeners)
        {
            Listener listener = running ?? Create(ids, name, options, pools[options.Pool]);
            all.Add(listener);
            if (running is null)
            {
                added.Add(listener);
            }
        }

        return new ReconcilePlan(next, pools, schedulers, all, added, [.. _model.Listeners.Except(all)]);
    }

    /// <summary>Carries out a plan; returns the backends that left.</summary>
    public IReadOnlyList<Backend> Apply(ReconcilePlan plan)
    {
        var left = new List<Backend>();
        foreach ((string name, BackendPoolOptions options) in plan.Options.Pools)
        {
            BackendPool pool = plan.Pools[name];
            if (plan.Schedulers.TryGetValue(name, out SchedulerFactory? factory))
            {
                left.AddRange(Update(pool, options, factory));
            }
        }

        int position = 0;
        foreach ((string name, ListenerOptions options) in plan.Options.Listeners)
        {
            Listener listener = plan.Listeners[position++];
            RuntimeSettings.Update(listener, name, options, plan.Pools[options.Pool]);
            listener.IsRemoved = false;
        }

        foreach (Listener listener in plan.RemovedListeners)
        {
            listener.IsRemoved = true;
        }

        // Last, so that no listener still goes there.
        foreach (BackendPool pool in _model.Pools.Except(plan.Pools.Values))
        {
            left.AddRange(Retire(pool));
        }

        _model.Pools = [.. plan.Options.Pools.Keys.Select(name => plan.Pools[name])];
        _model.Listeners = plan.Listeners;
        _model.Options = plan.Options;
        return left;
    }

    /// <summary>Gives a backend what the operator, or else the configuration, wants of it. Pool writer only; takes effect when the pool is published.</summary>
    public void Overlay(Backend backend, BackendOptions options)
    {
        BackendOverride wanted = _model.Overlay.Find(backend.Pool.Name, backend.Name);
        backend.OperatorState = wanted.State;
        backend.Weight = wanted.Weight ?? options.Weight;
    }

    private SchedulerFactory CreateFactory(string name) => _model.Schedulers.TryCreate(name, out SchedulerFactory? factory)
        ? factory
        : throw new InvalidOperationException($"The validator let an unknown scheduler pass: {name}.");

    /// <summary>A scheduler that an embedder plugged in may throw while it is built: better now than between two publications.</summary>
    private static void TryScheduler(SchedulerFactory factory, BackendPoolOptions options)
    {
        int count = options.Backends.Count;
        var counters = new LoadCounters();
        counters.EnsureCapacity(count);
        int[] limits = [.. options.Backends.Values.Select(backend => RuntimeSettings.Unlimited(backend.MaxConnections))];
        var usable = new bool[count];
        Array.Fill(usable, true);
        factory(new SchedulingSet([.. options.Backends.Keys], [.. options.Backends.Values.Select(backend => backend.Weight)], usable, limits, counters));
    }

    private static void CheckRoom(BackendPool pool, BackendPoolOptions options)
    {
        lock (pool.Writer)
        {
            int kept = 0;
            foreach (Backend? backend in pool.Current.BySlot)
            {
                kept += backend is not null && FindOwn(backend, options) is not null ? 1 : 0;
            }

            if (!pool.HasRoomFor(options.Backends.Count - kept))
            {
                throw new InvalidOperationException(
                    $"Pool '{pool.Name}' has no room for {options.Backends.Count - kept} more backends until those that are removed have left; it holds {SchedulingSet.MaxCount}.");
            }
        }
    }

    /// <summary>What is configured for a backend that runs; null when it is not wanted any more. Another address is another server, though it has inherited the name.</summary>
    private static BackendOptions? FindOwn(Backend backend, BackendPoolOptions options) =>
        options.Backends.TryGetValue(backend.Name, out BackendOptions? own) && RuntimeSettings.Define(backend.Name, own).Address.Equals(backend.Address) ? own : null;

    private BackendPool CreatePool(string name, BackendPoolOptions options, SchedulerFactory factory)
    {
        var pool = new BackendPool(_model.NextPoolId++, name, options.Scheduler, factory);
        _model.Affinity.Set(pool.Id, RuntimeSettings.CreateAffinity(options.Affinity));
        RuntimeSettings.Update(pool, options);
        lock (pool.Writer)
        {
            foreach ((string backendName, BackendOptions backend) in options.Backends)
            {
                Backend added = pool.Add(_model.Backends.TakeId(), RuntimeSettings.Define(backendName, backend));
                Overlay(added, backend);

                // Known before the first client comes, who may arrive as soon as a listener is bound.
                _model.Backends.Add(added);
            }

            pool.Publish();
        }

        return pool;
    }

    private List<Backend> Update(BackendPool pool, BackendPoolOptions options, SchedulerFactory factory)
    {
        BackendPoolOptions before = _model.Options.Pools[pool.Name];
        RuntimeSettings.Update(pool, options);
        if (!IsSame(before.Affinity, options.Affinity))
        {
            _model.Affinity.Set(pool.Id, RuntimeSettings.CreateAffinity(options.Affinity));
        }

        lock (pool.Writer)
        {
            if (!string.Equals(pool.SchedulerName, options.Scheduler, StringComparison.OrdinalIgnoreCase))
            {
                pool.SetScheduler(options.Scheduler, factory);
            }

            List<Backend> left = UpdateBackends(pool, options);
            pool.Publish();
            return left;
        }
    }

    private List<Backend> UpdateBackends(BackendPool pool, BackendPoolOptions options)
    {
        var left = new List<Backend>();
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (Backend? backend in pool.Current.BySlot)
        {
            if (backend is null)
            {
                continue;
            }

            if (FindOwn(backend, options) is BackendOptions own)
            {
                kept.Add(backend.Name);
                backend.MaxConnections = RuntimeSettings.Unlimited(own.MaxConnections);
                Overlay(backend, own);
            }
            else
            {
                pool.Remove(backend);
                left.Add(backend);
            }
        }

        foreach ((string name, BackendOptions own) in options.Backends.Where(one => !kept.Contains(one.Key)))
        {
            Backend added = pool.Add(_model.Backends.TakeId(), RuntimeSettings.Define(name, own));
            Overlay(added, own);
            _model.Backends.Add(added);
        }

        return left;
    }

    /// <summary>Ends a pool that no listener names any more. Its last set stays published: whoever has just read the pool still finds a backend there.</summary>
    private List<Backend> Retire(BackendPool pool)
    {
        _model.Affinity.Set(pool.Id, null);
        lock (pool.Writer)
        {
            pool.Retire();
            var left = new List<Backend>();
            foreach (Backend? backend in pool.Current.BySlot)
            {
                if (backend is not null)
                {
                    pool.Remove(backend);
                    left.Add(backend);
                }
            }

            return left;
        }
    }

    private static bool IsSame(AffinityOptions? before, AffinityOptions? after) =>
        (before?.Timeout, before?.PrefixV4, before?.PrefixV6, before?.MaxEntries) == (after?.Timeout, after?.PrefixV4, after?.PrefixV6, after?.MaxEntries);

    private static Listener Create(IEnumerator<ushort> ids, string name, ListenerOptions options, BackendPool pool)
    {
        ids.MoveNext();
        return RuntimeSettings.CreateListener(ids.Current, name, options, pool);
    }
}
