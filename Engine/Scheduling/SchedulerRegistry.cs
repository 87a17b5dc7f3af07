// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;

namespace LbEngine.Scheduling;

/// <summary>Schedulers by name: the built-in ones and those that the embedder added. One per engine; filled before start, then only read.</summary>
internal sealed class SchedulerRegistry
{
    private readonly Dictionary<string, Func<SchedulerFactory>> _factories = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A registry that knows the built-in schedulers.</summary>
    public static SchedulerRegistry CreateDefault()
    {
        var registry = new SchedulerRegistry();
        registry.Add(SchedulerNames.WeightedLeastConnections, static set => new WeightedLeastConnectionsScheduler(set));
        registry.Add(SchedulerNames.SmoothWeightedRoundRobin, static set => new SmoothWeightedRoundRobinScheduler(set));
        registry.Add(SchedulerNames.PowerOfTwoChoices, static set => new PowerOfTwoChoicesScheduler(set));
        registry.AddPerPool(SchedulerNames.SourceHash, static () => new SourceHashSchedulerFactory().Create);
        return registry;
    }

    public IReadOnlyCollection<string> Names => _factories.Keys;

    /// <summary>Adds a scheduler. Names differ by more than case.</summary>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public void Add(string name, SchedulerFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        AddPerPool(name, () => factory);
    }

    /// <summary>Makes a factory for one pool; a factory may keep a cache of its own between two sets of that pool.</summary>
    public bool TryCreate(string name, [NotNullWhen(true)] out SchedulerFactory? factory)
    {
        factory = _factories.TryGetValue(name, out Func<SchedulerFactory>? create) ? create() : null;
        return factory is not null;
    }

    private void AddPerPool(string name, Func<SchedulerFactory> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!_factories.TryAdd(name, create))
        {
            throw new ArgumentException($"A scheduler named '{name}' exists already; names are compared without case.", nameof(name));
        }
    }
}
