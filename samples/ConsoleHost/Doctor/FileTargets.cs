// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;

namespace LbEngine.ConsoleHost.Doctor;

/// <summary>The backends of a configuration, as its balancer would ask them.</summary>
internal static class FileTargets
{
    /// <summary>One for each backend; two for a backend that takes TCP and UDP.</summary>
    public static IEnumerable<DoctorTarget> Create(LoadBalancerOptions options) => options.Pools.SelectMany(pool =>
        pool.Value.Backends.SelectMany(backend => Kinds(options, pool.Key).Select(kind =>
            new DoctorTarget(pool.Key, backend.Key, IPEndPoint.Parse(backend.Value.Address), kind, pool.Value.ConnectTimeout)
            {
                OtherPorts = OtherPorts.Find(backend.Key, [.. pool.Value.Backends.Select(one => ($"{pool.Key}/{one.Key}", one.Key, IPEndPoint.Parse(one.Value.Address)))]),
            })));

    private static IEnumerable<ExaminationKind> Kinds(LoadBalancerOptions options, string pool)
    {
        ListenerProtocol[] protocols = [.. options.Listeners.Values.Where(listener => listener.Pool == pool).Select(listener => listener.Protocol).Distinct().Order()];
        return protocols.Length == 0 ? [ExaminationKind.Tcp] : protocols.Select(protocol => protocol == ListenerProtocol.Udp ? ExaminationKind.Udp : ExaminationKind.Tcp);
    }
}
