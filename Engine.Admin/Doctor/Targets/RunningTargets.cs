// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using LbEngine.Admin.Messages;
using LbEngine.Configuration;

namespace LbEngine.Admin.Doctor.Targets;

/// <summary>The backends of a running balancer, asked as it asks them, with what it says of them.</summary>
/// <remarks>What it says may be anything: what no balancer says is a <see cref="FormatException"/>, before anybody is asked.</remarks>
internal static class RunningTargets
{
    private const double LongestTimeout = 24 * 3600;
    private const double LongestAge = 1e9;

    /// <summary>Of two replies between which the balancer may have been reloaded. What it could not resolve is looked up from here.</summary>
    public static async Task<IReadOnlyList<DoctorTarget>> ResolveAsync(StatusMessage status, BackendListMessage list, CancellationToken cancellationToken) =>
        [.. Create(status, list), .. await ResolveNamesAsync(status, list, cancellationToken).ConfigureAwait(false)];

    /// <summary>What the balancer could not resolve, looked up from here: the addresses that it lacks, or why there is none.</summary>
    private static async Task<IEnumerable<DoctorTarget>> ResolveNamesAsync(StatusMessage status, BackendListMessage list, CancellationToken cancellationToken)
    {
        LoadBalancerOptions options = CreateOptions(status, list);
        Dictionary<(string Pool, string Backend), NameMessage> failing = (list.Names ?? [])
            .Where(name => name.Failure is not null && options.Pools.ContainsKey(name.Pool))
            .DistinctBy(name => (name.Pool, name.Backend))
            .ToDictionary(name => (name.Pool, name.Backend));
        foreach (NameMessage name in failing.Values)
        {
            string address = string.Create(CultureInfo.InvariantCulture, $"{name.HostName}:{Port(name.Port)}");
            options.Pools[name.Pool].Backends.TryAdd(name.Backend, new BackendOptions { Address = address });
        }

        IReadOnlyList<DoctorTarget> all = await ConfiguredTargets.ResolveAsync(options, cancellationToken).ConfigureAwait(false);
        return all.Where(target => target.Name is not null).Select(target =>
            failing.TryGetValue((target.Pool, target.Backend.Split('@')[0]), out NameMessage? name)
                ? target with { Name = target.Name! with { BalancerSays = Describe(name) } }
                : target);
    }

    private static string Address(string text) =>
        IPAddress.TryParse(text, out _) ? text : throw new FormatException("the balancer names a source address that is none");

    private static string Describe(NameMessage name) => name.ResolvedSecondsAgo is double seconds
        ? $"{name.HostName} cannot be resolved ({name.Failure}); its last answer, {Figures.Time(Seconds(seconds, LongestAge))} ago, is in use"
        : $"{name.HostName} cannot be resolved ({name.Failure}); there is no backend for it";

    /// <summary>Of two replies between which the balancer may have been reloaded. Pure.</summary>
    public static IReadOnlyList<DoctorTarget> Create(StatusMessage status, BackendListMessage list)
    {
        LoadBalancerOptions options = CreateOptions(status, list);
        return
        [
            .. list.Backends.Where(backend => IsThere(backend) && options.Pools.ContainsKey(backend.Pool)).SelectMany(backend =>
                ConfiguredTargets.Create(options, backend.Pool, backend.Name).Select(target => target with { View = new BalancerView(backend) })),
        ];
    }

    /// <summary>Nobody asks one that was removed, and another of that name may be there now.</summary>
    private static bool IsThere(BackendMessage backend) => backend.State != StatusMessages.Removed;

    private static LoadBalancerOptions CreateOptions(StatusMessage status, BackendListMessage list)
    {
        var options = new LoadBalancerOptions();
        foreach (ListenerMessage listener in status.Listeners)
        {
            options.Listeners[listener.Name] = new ListenerOptions { Pool = listener.Pool, Protocol = Parse<ListenerProtocol>(listener.Protocol) };
        }

        foreach (PoolMessage pool in status.Pools)
        {
            options.Pools[pool.Name] = Create(pool, list.Backends.Where(backend => IsThere(backend) && backend.Pool == pool.Name));
        }

        return options;
    }

    private static BackendPoolOptions Create(PoolMessage pool, IEnumerable<BackendMessage> backends)
    {
        var options = new BackendPoolOptions
        {
            ConnectTimeout = Seconds(pool.ConnectTimeoutSeconds, LongestTimeout),
            SendProxy = pool.SendProxy is string version ? Parse<ProxyVersion>(version) : ProxyVersion.Off,
            ClientAddress = pool.ClientAddress is string mode ? Parse<ClientAddressMode>(mode) : ClientAddressMode.Balancer,
        };
        foreach (string source in pool.Source ?? [])
        {
            options.Source.Add(Address(source));
        }

        if (pool.Health is HealthCheckMessage health)
        {
            options.Health = new HealthOptions
            {
                Type = Parse<HealthCheckType>(health.Type),
                Timeout = Seconds(health.TimeoutSeconds, LongestTimeout),
                Port = health.Port is int port ? Port(port) : null,
                Send = health.Send,
                Expect = health.Expect,
                Method = health.Method,
                Path = health.Path,
                Host = health.Host,
                ExpectStatus = health.ExpectStatus,
                ExpectBody = health.ExpectBody,
                Tls = health.Tls,
                VerifyTls = health.VerifyTls,
                Proxy = health.Proxy is string header ? Parse<HealthProxyHeader>(header) : null,
            };
        }

        foreach (BackendMessage backend in backends)
        {
            _ = IPEndPoint.Parse(backend.Address);
            options.Backends[backend.Name] = new BackendOptions { Address = backend.Address };
        }

        return options;
    }

    private static TimeSpan Seconds(double seconds, double most) =>
        seconds >= 0 && seconds <= most ? TimeSpan.FromSeconds(seconds) : throw new FormatException($"{seconds} is no time in seconds.");

    private static int Port(int port) =>
        port is > IPEndPoint.MinPort and <= IPEndPoint.MaxPort ? port : throw new FormatException($"{port} is no port.");

    private static T Parse<T>(string word)
        where T : struct, Enum => Enum.TryParse(word, ignoreCase: true, out T value) ? value : default;
}
