// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Admin.Messages;
using LbEngine.Configuration;

namespace LbEngine.Admin.Doctor.Targets;

/// <summary>The backends of a running balancer, asked as it asks them, with what it says of them.</summary>
internal static class RunningTargets
{
    /// <summary>Of two replies between which the balancer may have been reloaded. What it could not resolve is looked up from here.</summary>
    public static async Task<IReadOnlyList<DoctorTarget>> ResolveAsync(StatusMessage status, BackendListMessage list, CancellationToken cancellationToken) =>
        [.. Create(status, list), .. await ResolveNamesAsync(status, list, cancellationToken).ConfigureAwait(false)];

    /// <summary>What the balancer could not resolve, looked up from here: the addresses that it lacks, or why there is none.</summary>
    private static async Task<IEnumerable<DoctorTarget>> ResolveNamesAsync(StatusMessage status, BackendListMessage list, CancellationToken cancellationToken)
    {
        LoadBalancerOptions options = CreateOptions(status, list);
        Dictionary<(string Pool, string Backend), NameMessage> failing = (list.Names ?? [])
            .Where(name => name.Failure is not null && options.Pools.ContainsKey(name.Pool))
            .ToDictionary(name => (name.Pool, name.Backend));
        foreach (NameMessage name in failing.Values)
        {
            string address = string.Create(CultureInfo.InvariantCulture, $"{name.HostName}:{name.Port}");
            options.Pools[name.Pool].Backends.TryAdd(name.Backend, new BackendOptions { Address = address });
        }

        IReadOnlyList<DoctorTarget> all = await ConfiguredTargets.ResolveAsync(options, cancellationToken).ConfigureAwait(false);
        return all.Where(target => target.Name is not null).Select(target =>
            failing.TryGetValue((target.Pool, target.Backend.Split('@')[0]), out NameMessage? name)
                ? target with { Name = target.Name! with { BalancerSays = Describe(name) } }
                : target);
    }

    private static string Describe(NameMessage name) => name.ResolvedSecondsAgo is double seconds
        ? $"{name.HostName} cannot be resolved ({name.Failure}); its last answer, {Figures.Time(TimeSpan.FromSeconds(seconds))} ago, is in use"
        : $"{name.HostName} cannot be resolved ({name.Failure}); there is no backend for it";

    /// <summary>Of two replies between which the balancer may have been reloaded. Pure.</summary>
    public static IReadOnlyList<DoctorTarget> Create(StatusMessage status, BackendListMessage list)
    {
        LoadBalancerOptions options = CreateOptions(status, list);
        return
        [
            .. list.Backends.Where(backend => options.Pools.ContainsKey(backend.Pool)).SelectMany(backend =>
                ConfiguredTargets.Create(options, backend.Pool, backend.Name).Select(target => target with { View = new BalancerView(backend) })),
        ];
    }

    private static LoadBalancerOptions CreateOptions(StatusMessage status, BackendListMessage list)
    {
        var options = new LoadBalancerOptions();
        foreach (ListenerMessage listener in status.Listeners)
        {
            options.Listeners[listener.Name] = new ListenerOptions { Pool = listener.Pool, Protocol = Parse<ListenerProtocol>(listener.Protocol) };
        }

        foreach (PoolMessage pool in status.Pools)
        {
            options.Pools[pool.Name] = Create(pool, list.Backends.Where(backend => backend.Pool == pool.Name));
        }

        return options;
    }

    private static BackendPoolOptions Create(PoolMessage pool, IEnumerable<BackendMessage> backends)
    {
        var options = new BackendPoolOptions { ConnectTimeout = TimeSpan.FromSeconds(pool.ConnectTimeoutSeconds) };
        if (pool.Health is HealthCheckMessage health)
        {
            options.Health = new HealthOptions
            {
                Type = Parse<HealthCheckType>(health.Type),
                Timeout = TimeSpan.FromSeconds(health.TimeoutSeconds),
                Port = health.Port,
                Send = health.Send,
                Expect = health.Expect,
                Method = health.Method,
                Path = health.Path,
                Host = health.Host,
                ExpectStatus = health.ExpectStatus,
                ExpectBody = health.ExpectBody,
                Tls = health.Tls,
                VerifyTls = health.VerifyTls,
            };
        }

        foreach (BackendMessage backend in backends)
        {
            options.Backends[backend.Name] = new BackendOptions { Address = backend.Address };
        }

        return options;
    }

    private static T Parse<T>(string word)
        where T : struct, Enum => Enum.TryParse(word, ignoreCase: true, out T value) ? value : default;
}
