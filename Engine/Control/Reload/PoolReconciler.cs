// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Control.Model;
using LbEngine.Control.Operator;
using LbEngine.Scheduling;

namespace LbEngine.Control.Reload;

/// <summary>Makes one pool be what its options say: creates, tries out, updates, retires or discards it. One caller at a time.</summary>
internal sealed class PoolReconciler
{
    private readonly EngineModel _model;
    private readonly OperatorSettings _settings;

    public PoolReconciler(EngineModel model, OperatorSettings settings)
    {
        _model = model;
        _settings = settings;
    }

    /// <summary>A new pool, published and with its affinity; no listener leads there yet.</summary>
    public BackendPool Create(string name, BackendPoolOptions options, SchedulerFactory factory)
    {
        var pool = new BackendPool(_model.NextPoolId++, name, options.Scheduler, factory) { StateChanged = _model.BackendChanged };
        _model.Affinity.Set(pool.Id, RuntimeSettings.CreateAffinity(options.Affinity));
        RuntimeSettings.Update(pool, options);
        lock (pool.Writer)
        {
            foreach ((string backendName, BackendOptions backend) in options.Backends)
            {
                // Known before the first client comes, who may arrive as soon as a listener is bound.
                Add(pool, backendName, backend);
            }

            pool.Publish();
        }

        return pool;
    }

    /// <summary>Throws now what <see cref="Update"/> would throw: better than between two publications.</summary>
    /// <exception cref="InvalidOperationException">The pool has no room for so many more backends yet.</exception>
    public static void TryOut(BackendPool pool, BackendPoolOptions options, SchedulerFactory factory)
    {
        TryScheduler(factory, options);
        CheckRoom(pool, options);
    }

    /// <summary>Goes by other options; returns the backends that left.</summary>
    public IReadOnlyList<Backend> Update(BackendPool pool, BackendPoolOptions options, SchedulerFactory factory)
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

    /// <summary>
    /// Ends a pool that no listener names any more; returns its backends. Its last set stays published: whoever has just read the pool still finds a
    /// backend there.
    /// </summary>
    public IReadOnlyList<Backend> Retire(BackendPool pool)
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

    /// <summary>Lets go of a pool that was created, but will not be used.</summary>
    public void Discard(BackendPool pool)
    {
        _model.Affinity.Set(pool.Id, null);
        foreach (Backend? backend in pool.Current.BySlot)
        {
            _model.Backends.Forget(backend!);
        }
    }

    /// <summary>A scheduler that an embedder plugged in may throw while it is built.</summary>
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

            int added = options.Backends.Count - kept;
            if (!pool.HasRoomFor(added))
            {
                throw new InvalidOperationException(
                    $"Pool '{pool.Name}' has no room for {added} more backends until those that are removed have left; it holds {SchedulingSet.MaxCount}.");
            }
        }
    }

    /// <summary>
    /// What is configured for a backend that runs; null when it is not wanted any more. Another address is another server, though it has inherited
    /// the name.
    /// </summary>
    private static BackendOptions? FindOwn(Backend backend, BackendPoolOptions options) =>
        options.Backends.TryGetValue(backend.Name, out BackendOptions? own) && RuntimeSettings.Define(backend.Name, own).Address.Equals(backend.Address)
            ? own
            : null;

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
                _settings.ApplyTo(backend, own);
            }
            else
            {
                pool.Remove(backend);
                left.Add(backend);
            }
        }

        foreach ((string name, BackendOptions own) in options.Backends.Where(one => !kept.Contains(one.Key)))
        {
            Add(pool, name, own);
        }

        return left;
    }

    private void Add(BackendPool pool, string name, BackendOptions options)
    {
        Backend added = pool.Add(_model.Backends.TakeId(), RuntimeSettings.Define(name, options));
        _settings.ApplyTo(added, options);
        _model.Backends.Add(added);
    }

    private static bool IsSame(AffinityOptions? before, AffinityOptions? after) =>
        (before?.Timeout, before?.PrefixV4, before?.PrefixV6, before?.MaxEntries) == (after?.Timeout, after?.PrefixV4, after?.PrefixV6, after?.MaxEntries);
}
