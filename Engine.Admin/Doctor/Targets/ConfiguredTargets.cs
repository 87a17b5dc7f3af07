// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;

namespace LbEngine.Admin.Doctor.Targets;

/// <summary>The backends of a configuration, asked as its balancer would ask them.</summary>
internal static class ConfiguredTargets
{
    /// <summary>Looks host names up from here.</summary>
    public static async Task<IReadOnlyList<DoctorTarget>> ResolveAsync(LoadBalancerOptions options, CancellationToken cancellationToken)
    {
        NamedBackends named = await NamedBackends.ResolveAsync(options, cancellationToken).ConfigureAwait(false);
        return [.. Create(named.Options).Select(target => target with { Name = named.Names.GetValueOrDefault((target.Pool, target.Backend)) })];
    }

    /// <summary>Of options that have addresses only.</summary>
    public static IEnumerable<DoctorTarget> Create(LoadBalancerOptions options) =>
        options.Pools.SelectMany(pool => pool.Value.Backends.Keys.SelectMany(backend => Create(options, pool.Key, backend)));

    /// <summary>One by the health check; without one, one for each protocol of the pool's listeners.</summary>
    public static IEnumerable<DoctorTarget> Create(LoadBalancerOptions options, string poolName, string backend)
    {
        BackendPoolOptions pool = options.Pools[poolName];
        IPEndPoint address = IPEndPoint.Parse(pool.Backends[backend].Address);
        DoctorTarget target = new(poolName, backend, address, ExaminationKind.Tcp, pool.ConnectTimeout)
        {
            OtherPorts = OtherPorts.Find(poolName, pool, backend),
            SendProxy = pool.SendProxy,
            IsTransparent = pool.ClientAddress == ClientAddressMode.Transparent,
            Sources = [.. pool.Source.Select(IPAddress.Parse).Select(static one => one.IsIPv4MappedToIPv6 ? one.MapToIPv4() : one)],
        };
        return pool.Health is HealthOptions health
            ? [HealthTarget.Apply(target, health)]
            : Kinds(options, poolName).Select(kind => target with { Kind = kind });
    }

    private static IEnumerable<ExaminationKind> Kinds(LoadBalancerOptions options, string pool)
    {
        ListenerProtocol[] protocols =
        [
            .. options.Listeners.Values
                .Where(listener => listener.Pool == pool || listener.Routes.Any(route => route.Pool == pool))
                .Select(listener => listener.Protocol)
                .Distinct()
                .Order(),
        ];
        return protocols.Length == 0
            ? [ExaminationKind.Tcp]
            : protocols.Select(protocol => protocol == ListenerProtocol.Udp ? ExaminationKind.Udp : ExaminationKind.Tcp);
    }
}
