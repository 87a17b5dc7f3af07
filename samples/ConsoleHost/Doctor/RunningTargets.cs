// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Admin;
using LbEngine.ConsoleHost.Admin.Messages;
using LbEngine.ConsoleHost.Client;

namespace LbEngine.ConsoleHost.Doctor;

/// <summary>The backends of a running balancer, asked as it asks them, with what it says of them.</summary>
internal static class RunningTargets
{
    /// <exception cref="AdminClientException">No balancer answers.</exception>
    public static async Task<IReadOnlyList<DoctorTarget>> ReadAsync(AdminClient client, CancellationToken cancellationToken)
    {
        byte[] status = await client.SendAsync(HttpMethod.Get, "v1/status", null, cancellationToken);
        byte[] backends = await client.SendAsync(HttpMethod.Get, "v1/backends", null, cancellationToken);
        return Create(AdminAction.Read(status, AdminJson.Default.StatusMessage), AdminAction.Read(backends, AdminJson.Default.BackendListMessage));
    }

    /// <summary>Of two replies between which the balancer may have been reloaded. Pure.</summary>
    public static IReadOnlyList<DoctorTarget> Create(StatusMessage status, BackendListMessage list)
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

        return
        [
            .. list.Backends.Where(backend => options.Pools.ContainsKey(backend.Pool)).SelectMany(backend =>
                FileTargets.Create(options, backend.Pool, backend.Name).Select(target => target with { View = new BalancerView(backend) })),
        ];
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
