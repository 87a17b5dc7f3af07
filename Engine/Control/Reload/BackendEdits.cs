// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.Control.Reload;

/// <summary>Adds, changes and removes single backends of the configuration in force: each is a reload with one difference. Any thread.</summary>
internal sealed class BackendEdits
{
    private readonly EngineReload _reload;

    public BackendEdits(EngineReload reload) => _reload = reload;

    /// <exception cref="ArgumentException">There is no such pool, or it has a backend of that name.</exception>
    public Task<IReadOnlyList<ConfigurationChange>> AddAsync(string pool, string backend, BackendOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(options);
        return _reload.EditAsync(
            next =>
            {
                if (!FindPool(next, pool).Backends.TryAdd(backend, options))
                {
                    throw new ArgumentException($"Pool '{pool}' has a backend '{backend}' already; change that one.", nameof(backend));
                }
            },
            cancellationToken);
    }

    /// <exception cref="ArgumentException">There is no such backend; says which there are.</exception>
    public Task<IReadOnlyList<ConfigurationChange>> ChangeAsync(
        string pool, string backend, Action<BackendOptions> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(change);
        return _reload.EditAsync(next => change(FindBackend(FindPool(next, pool), pool, backend)), cancellationToken);
    }

    /// <exception cref="ArgumentException">There is no such backend; says which there are.</exception>
    public Task<IReadOnlyList<ConfigurationChange>> RemoveAsync(string pool, string backend, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(backend);
        return _reload.EditAsync(
            next =>
            {
                BackendPoolOptions found = FindPool(next, pool);
                FindBackend(found, pool, backend);
                found.Backends.Remove(backend);
            },
            cancellationToken);
    }

    private static BackendPoolOptions FindPool(LoadBalancerOptions options, string pool) =>
        options.Pools.TryGetValue(pool, out BackendPoolOptions? found)
            ? found
            : throw new ArgumentException($"There is no pool '{pool}'; the pools are {string.Join(", ", options.Pools.Keys)}.", nameof(pool));

    private static BackendOptions FindBackend(BackendPoolOptions options, string pool, string backend) =>
        options.Backends.TryGetValue(backend, out BackendOptions? found)
            ? found
            : throw new ArgumentException(
                $"Pool '{pool}' has no backend '{backend}'; its backends are {string.Join(", ", options.Backends.Keys)}.", nameof(backend));
}
