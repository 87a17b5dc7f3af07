// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;

namespace LbEngine.Scheduling;

/// <summary>Schedulers by name: the built-in ones and those that the embedder added. One per engine; filled before start, then only read.</summary>
internal sealed class SchedulerRegistry
{
    private readonly Dictionary<string, Func<SchedulerFactory>> _factories = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A registry that knows the built-in schedulers.</summary>
    public static SchedulerRegistry CreateDefault() => new();

    public IReadOnlyCollection<string> Names => _factories.Keys;

    /// <summary>Adds a scheduler. Throws <see cref="ArgumentException"/> when the name is taken.</summary>
    public void Add(string name, SchedulerFactory factory) => _factories.Add(name, () => factory);

    /// <summary>Makes a factory for one pool; a factory may keep a cache of its own between two sets of that pool.</summary>
    public bool TryCreate(string name, [NotNullWhen(true)] out SchedulerFactory? factory)
    {
        factory = _factories.TryGetValue(name, out Func<SchedulerFactory>? create) ? create() : null;
        return factory is not null;
    }
}
