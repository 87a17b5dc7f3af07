// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admin.Doctor.Examinations;
using LbEngine.Admin.Doctor.Findings;
using LbEngine.Configuration;

namespace LbEngine.Admin.Doctor.Targets;

/// <summary>Puts the addresses of host names in the place of the names, so that each can be examined.</summary>
internal static class NamedBackends
{
    // Stands for the address that an unknown name does not have; nothing is sent there.
    private static readonly IPAddress NoAddress = IPAddress.Any;

    /// <summary>Changes the options, and returns what was found out about the names: by pool and the backend's name in the changed options.</summary>
    public static async Task<IReadOnlyDictionary<(string Pool, string Backend), NameFinding>> ResolveAsync(LoadBalancerOptions options, CancellationToken cancellationToken)
    {
        var all = new Dictionary<(string Pool, string Backend), NameFinding>();
        foreach ((string poolName, BackendPoolOptions pool) in options.Pools)
        {
            NameFinding?[] names = await Task.WhenAll(pool.Backends.Values.Select(backend => FindAsync(pool, backend, cancellationToken)));
            KeyValuePair<string, BackendOptions>[] written = [.. pool.Backends];
            pool.Backends.Clear();
            foreach ((KeyValuePair<string, BackendOptions> backend, NameFinding? name) in written.Zip(names))
            {
                if (name is null)
                {
                    pool.Backends[backend.Key] = backend.Value;
                    continue;
                }

                foreach ((string backendName, IPAddress address) in Name(backend.Key, name))
                {
                    // What the balancer has said of an address counts more.
                    bool isNew = pool.Backends.TryAdd(backendName, new BackendOptions { Address = new IPEndPoint(address, name.Port).ToString(), Weight = backend.Value.Weight });
                    _ = isNew && all.TryAdd((poolName, backendName), name);
                }
            }
        }

        return all;
    }

    private static IEnumerable<(string Name, IPAddress Address)> Name(string backend, NameFinding name) =>
        name.Failure is null ? name.Addresses.Select(address => ($"{backend}@{address}", address)) : [(backend, NoAddress)];

    private static async Task<NameFinding?> FindAsync(BackendPoolOptions pool, BackendOptions backend, CancellationToken cancellationToken)
    {
        if (IPEndPoint.TryParse(backend.Address, out _))
        {
            return null;
        }

        int colon = backend.Address.LastIndexOf(':');
        int port = int.Parse(backend.Address.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture);
        return await NameExamination.RunAsync(backend.Address[..colon], port, pool.Resolve, cancellationToken);
    }
}
