// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;

namespace LbEngine.Backends;

/// <summary>A named group of backends with one scheduler. One writer at a time changes it; any thread reads <see cref="Current"/>.</summary>
internal sealed class BackendPool
{
    private readonly LoadCounters _counters = new();
    private readonly SchedulerFactory _schedulerFactory;
    private readonly List<Backend?> _slots = [];
    private volatile BackendSet _current;

    public BackendPool(int id, string name, string schedulerName, SchedulerFactory schedulerFactory)
    {
        Id = id;
        Name = name;
        SchedulerName = schedulerName;
        _schedulerFactory = schedulerFactory;
        _current = BuildSet();
    }

    /// <summary>Position in the engine's list of pools.</summary>
    public int Id { get; }

    public string Name { get; }

    public string SchedulerName { get; }

    /// <summary>Milliseconds until a connect attempt is given up.</summary>
    public int ConnectTimeoutMilliseconds { get; init; } = 5000;

    /// <summary>Distinct backends tried for one connection, 1 to <see cref="ExclusionSet.Capacity"/>.</summary>
    public int ConnectAttempts { get; init; } = 3;

    public FirstSpeaker FirstSpeaker { get; } = new();

    /// <summary>The backends as they are now. Any thread; read once per decision.</summary>
    public BackendSet Current => _current;

    /// <summary>Adds a backend and publishes the new set. Pool writer only.</summary>
    public Backend Add(int id, BackendDefinition definition)
    {
        int slot = _slots.Count;
        _counters.EnsureCapacity(slot + 1);
        var backend = new Backend(id, definition.Name, this, definition.Address, slot, _counters)
        {
            Weight = definition.Weight,
            MaxConnections = definition.MaxConnections,
        };
        _slots.Add(backend);
        return backend;
    }

    /// <summary>Publishes what was changed since the last call, in one reference write. Pool writer only.</summary>
    public void Publish() => _current = BuildSet();

    private BackendSet BuildSet()
    {
        Backend?[] bySlot = [.. _slots];
        var names = new string[bySlot.Length];
        var weights = new int[bySlot.Length];
        var usable = new bool[bySlot.Length];
        var limits = new int[bySlot.Length];
        for (int i = 0; i < bySlot.Length; i++)
        {
            Backend? backend = bySlot[i];
            names[i] = backend?.Name ?? "";
            weights[i] = backend?.Weight ?? 0;
            usable[i] = backend is { OperatorState: OperatorState.Ready, HealthState: not HealthState.Down };
            limits[i] = backend?.MaxConnections ?? 0;
        }

        var schedulingSet = new SchedulingSet(names, weights, usable, limits, _counters);
        return new BackendSet(bySlot, schedulingSet, _schedulerFactory(schedulingSet));
    }
}
