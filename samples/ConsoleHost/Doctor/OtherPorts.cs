// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.ConsoleHost.Doctor;

/// <summary>Ports that a configuration names, where a host may answer when its own port does not.</summary>
internal static class OtherPorts
{
    /// <param name="backend">The examined backend.</param>
    /// <param name="pool">Every backend of its pool: how people call it, its name and its address.</param>
    public static IReadOnlyList<KnownPort> Find(string backend, IReadOnlyList<(string Title, string Name, IPEndPoint Address)> pool) =>
    [
        .. pool.OrderByDescending(one => one.Name == backend)
            .Select(one => new KnownPort(one.Address.Port, one.Name == backend ? "the backend's own port" : $"the port of {one.Title}"))
            .DistinctBy(port => port.Port),
    ];
}
