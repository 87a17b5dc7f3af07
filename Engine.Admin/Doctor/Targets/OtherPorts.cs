// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;

namespace LbEngine.Admin.Doctor.Targets;

/// <summary>Ports that a configuration names, where a host may answer when the examined one does not.</summary>
internal static class OtherPorts
{
    /// <summary>
    /// The backend's own port first, then that of the health check, then those of the others: but none on which the same host has another
    /// backend of the pool, since an answer there is that one's.
    /// </summary>
    public static IReadOnlyList<KnownPort> Find(string poolName, BackendPoolOptions pool, string backend)
    {
        IPEndPoint own = IPEndPoint.Parse(pool.Backends[backend].Address);
        HashSet<int> neighbours =
        [
            .. pool.Backends.Where(one => one.Key != backend)
                .Select(one => IPEndPoint.Parse(one.Value.Address))
                .Where(other => other.Address.Equals(own.Address) && other.Port != own.Port)
                .Select(other => other.Port),
        ];
        IEnumerable<KnownPort> health = pool.Health?.Port is int port ? [new KnownPort(port, "the port of the health check")] : [];
        IEnumerable<KnownPort> others = pool.Backends
            .Where(one => one.Key != backend)
            .Select(one => new KnownPort(Port(one.Value), $"the port of {poolName}/{one.Key}"));
        return
        [
            .. health.Prepend(new KnownPort(own.Port, "the backend's own port"))
                .Concat(others)
                .DistinctBy(one => one.Port)
                .Where(one => !neighbours.Contains(one.Port)),
        ];
    }

    private static int Port(BackendOptions backend) => IPEndPoint.Parse(backend.Address).Port;
}
