// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Scheduling;

namespace LbEngine.Backends;

/// <summary>
/// A named group of backends with one scheduler. One writer at a time changes it, holding <see cref="Writer"/>; any thread reads
/// <see cref="Current"/>.
/// </summary>
internal sealed class BackendPool
{
    private readonly LoadCounters _counters = new();
    private SchedulerFactory _schedulerFactory;
    private readonly List<Backend?> _slots = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<Backend> _removed = []; // leave the set with the next Publish
    private readonly List<Backend> _leaving = []; // left the set; their slots are free once they hold no connection
    private volatile BackendSet _current;
    private bool _isRetired; // under Writer
    private bool _hasPublished;

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

    public string SchedulerName { get; private set; }

    /// <summary>Milliseconds until a connect attempt is given up.</summary>
    public int ConnectTimeoutMilliseconds { get; set; } = 5000;

    /// <summary>Distinct backends tried for one connection, 1 to <see cref="ExclusionSet.Capacity"/>.</summary>
    public int ConnectAttempts { get; set; } = 3;

    /// <summary>The wait before another round of backends; 0 for none. Written by whoever changes the engine; any thread reads.</summary>
    public int ConnectRetryMilliseconds { get; set; }

    /// <summary>The header with which each backend learns whose connection it gets. Written by whoever changes the engine; any thread reads.</summary>
    public ProxyVersion SendProxy { get; set; }

    /// <summary>What that header has besides the addresses. Written by whoever changes the engine; any thread reads.</summary>
    public SentFields HeaderFields { get; set; }

    /// <summary>True when a backend gets a header before anything of the client. Any thread.</summary>
    public bool SendsHeader => SendProxy != ProxyVersion.Off;

    /// <summary>From where its backends are connected to. Written by whoever changes the engine; any thread reads.</summary>
    public SourceAddresses Sources { get; set; } = SourceAddresses.Any;

    /// <summary>True when a pool without a healthy backend turns clients away instead of using all. Pool writer only.</summary>
    public bool RefusesWhenAllDown { get; set; }

    /// <summary>True when the connections of a backend that probes find down are reset. Any thread.</summary>
    public bool ResetsWhenDown { get; set; }

    /// <summary>Milliseconds over which a new or recovered backend gets its share; 0 for at once. Pool writer only.</summary>
    public int SlowStartMilliseconds { get; set; }

    /// <summary>Failures of live traffic in a row that eject a backend; 0 while passive health is off. Any thread.</summary>
    public int PassiveFailures { get; set; }

    /// <summary>Called at the end of a <see cref="Publish"/> with which a slow start began, under <see cref="Writer"/>; it must not publish itself.</summary>
    public Action<BackendPool>? SlowStartBegan { get; set; }

    /// <summary>
    /// Called at the end of a <see cref="Publish"/> for each backend that is in another state than before, with that state, under <see cref="Writer"/>:
    /// it neither blocks nor throws, and must not publish itself.
    /// </summary>
    public Action<Backend, BackendState>? StateChanged { get; init; }

    public FirstSpeaker FirstSpeaker { get; } = new();

    /// <summary>Held by whoever changes the pool or its backends, up to the <see cref="Publish"/> that ends the change. Never by the data path.</summary>
    public Lock Writer { get; } = new();

    /// <summary>The backends as they are now. Any thread; read once per decision.</summary>
    public BackendSet Current => _current;

    /// <summary>Adds a backend, which takes traffic from the next <see cref="Publish"/> on. Pool writer only.</summary>
    /// <exception cref="ArgumentException">The pool has a backend of that name.</exception>
    /// <exception cref="InvalidOperationException">The pool holds <see cref="SchedulingSet.MaxCount"/> backends, removed ones with connections
    /// included.</exception>
    public Backend Add(int id, BackendDefinition definition)
    {
        if (_names.Contains(definition.Name))
        {
            throw new ArgumentException($"Pool '{Name}' has a backend named '{definition.Name}' already.", nameof(definition));
        }

        int slot = TakeSlot();
        _names.Add(definition.Name);
        var backend = new Backend(id, definition.Name, this, definition.Address, slot, _counters)
        {
            Weight = definition.Weight,
            MaxConnections = definition.MaxConnections,
        };
        _slots[slot] = backend;
        return backend;
    }

    /// <summary>
    /// True when that many backends can be added before the next <see cref="Publish"/>: those that are removed together with it still hold their
    /// slots. Pool writer only.
    /// </summary>
    public bool HasRoomFor(int count) => _slots.Count - _leaving.Count(static backend => backend.ActiveCount == 0) + count <= SchedulingSet.MaxCount;

    /// <summary>Goes by another scheduler from the next <see cref="Publish"/> on. Pool writer only.</summary>
    public void SetScheduler(string name, SchedulerFactory factory)
    {
        SchedulerName = name;
        _schedulerFactory = factory;
    }

    /// <summary>
    /// Takes a backend out of the pool with the next <see cref="Publish"/>; affinity stops at once. Its connections
    /// live on, and its slot stays vacant until the last of them has ended. Pool writer only.
    /// </summary>
    /// <exception cref="ArgumentException">The backend is not in this pool.</exception>
    public void Remove(Backend backend)
    {
        if (backend.Slot >= _slots.Count || _slots[backend.Slot] != backend)
        {
            throw new ArgumentException($"Backend '{backend.Name}' is not in pool '{Name}'.", nameof(backend));
        }

        backend.OperatorState = OperatorState.Maintenance;
        backend.KeepsTraffic = false;
        _slots[backend.Slot] = null;
        _names.Remove(backend.Name);
        _removed.Add(backend);
    }

    /// <summary>The pool leaves the engine: what was published last stays, for whoever has just read it. Pool writer only.</summary>
    public void Retire() => _isRetired = true;

    /// <summary>Publishes what was changed since the last call, in one reference write. Pool writer only.</summary>
    public void Publish()
    {
        if (_isRetired)
        {
            return;
        }

        bool startsSlowly = BeginSlowStarts();
        BackendSet set = BuildSet();
        foreach (Backend? backend in set.BySlot)
        {
            if (backend is not null)
            {
                backend.KeepsTraffic = backend.OperatorState != OperatorState.Maintenance && (backend.IsHealthy || set.IsFailingOpen);
                backend.WasServing = Serves(backend);
            }
        }

        _current = set;
        _hasPublished |= _slots.Count > 0;
        _leaving.AddRange(_removed);
        _removed.Clear();
        TellChanges(set);
        if (startsSlowly)
        {
            SlowStartBegan?.Invoke(this);
        }
    }

    /// <summary>Sends those that come, or come back, to the foot of their slow start. Those that are there from the beginning are not new.</summary>
    private bool BeginSlowStarts()
    {
        bool any = false;
        foreach (Backend? backend in _slots)
        {
            if (backend is null)
            {
                continue;
            }

            if (!Serves(backend) || SlowStartMilliseconds == 0)
            {
                backend.SlowStartPermille = SlowStartWeights.Full;
            }
            else if (!backend.WasServing && _hasPublished)
            {
                backend.SlowStartPermille = SlowStartWeights.FirstStep;
                backend.SlowStartedMilliseconds = -1;
                any = true;
            }
        }

        return any;
    }

    private void TellChanges(BackendSet set)
    {
        foreach (Backend? backend in set.BySlot)
        {
            if (backend is null)
            {
                continue;
            }

            BackendState now = backend.State;
            if (backend.PublishedState is BackendState before && before != now)
            {
                StateChanged?.Invoke(backend, before);
            }

            backend.PublishedState = now;
        }
    }

    private static bool Serves(Backend backend) => backend.TakesNewTraffic && backend.IsHealthy;

    /// <summary>
    /// A slot for a new backend. A vacant one counts only when the published set does not name its last owner any more:
    /// readers of that set may still place connections there. A reader that has held an older set for all that time may do so
    /// too; its connection is then counted at the new owner until it ends, and the sum stays right.
    /// </summary>
    private int TakeSlot()
    {
        int free = _leaving.FindIndex(static backend => backend.ActiveCount == 0);
        if (free >= 0)
        {
            int slot = _leaving[free].Slot;
            _leaving[free].GiveUpSlot();
            _leaving.RemoveAt(free);
            return slot;
        }

        if (_slots.Count == SchedulingSet.MaxCount)
        {
            throw new InvalidOperationException($"Pool '{Name}' has no room for more than {SchedulingSet.MaxCount} backends.");
        }

        _slots.Add(null);
        _counters.EnsureCapacity(_slots.Count);
        return _slots.Count - 1;
    }

    private BackendSet BuildSet()
    {
        Backend?[] bySlot = [.. _slots];
        bool isAllDown = IsAllDown(bySlot);
        bool isFailingOpen = isAllDown && !RefusesWhenAllDown;
        var names = new string[bySlot.Length];
        var weights = new int[bySlot.Length];
        var usable = new bool[bySlot.Length];
        var limits = new int[bySlot.Length];
        for (int i = 0; i < bySlot.Length; i++)
        {
            Backend? backend = bySlot[i];
            names[i] = backend?.Name ?? "";
            weights[i] = backend?.Weight ?? 0;
            usable[i] = backend is { OperatorState: OperatorState.Ready } && (backend.IsHealthy || isFailingOpen);
            limits[i] = backend?.MaxConnections ?? 0;
        }

        SlowStartWeights.Apply(bySlot, weights);
        var schedulingSet = new SchedulingSet(names, weights, usable, limits, _counters);
        return new BackendSet(bySlot, schedulingSet, _schedulerFactory(schedulingSet), isFailingOpen, isAllDown);
    }

    /// <summary>True when health alone would leave nobody who takes new traffic.</summary>
    private static bool IsAllDown(Backend?[] backends)
    {
        bool anyWanted = false;
        foreach (Backend? backend in backends)
        {
            if (backend is { TakesNewTraffic: true })
            {
                anyWanted = true;
                if (backend.IsHealthy)
                {
                    return false;
                }
            }
        }

        return anyWanted;
    }
}
