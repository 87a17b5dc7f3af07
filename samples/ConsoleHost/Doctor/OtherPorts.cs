// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;

namespace LbEngine.ConsoleHost.Doctor;

/// <summary>Ports that a configuration names, where a host may answer when the examined one does not.</summary>
internal static class OtherPorts
{
    /// <summary>The backend's own port first, then that of the health check, then those of the others.</summary>
    public static IReadOnlyList<KnownPort> Find(string poolName, BackendPoolOptions pool, string backend)
    {
        IEnumerable<KnownPort> health = pool.Health?.Port is int port ? [new KnownPort(port, "the port of the health check")] : [];
        IEnumerable<KnownPort> others = pool.Backends.Where(one => one.Key != backend).Select(one => new KnownPort(Port(one.Value), $"the port of {poolName}/{one.Key}"));
        return [.. health.Prepend(new KnownPort(Port(pool.Backends[backend]), "the backend's own port")).Concat(others).DistinctBy(one => one.Port)];
    }

    private static int Port(BackendOptions backend) => IPEndPoint.Parse(backend.Address).Port;
}
