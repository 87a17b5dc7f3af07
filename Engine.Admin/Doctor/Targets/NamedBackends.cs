// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using LbEngine.Admin.Doctor.Examinations;
using LbEngine.Admin.Doctor.Findings;
using LbEngine.Configuration;

namespace LbEngine.Admin.Doctor.Targets;

/// <summary>A configuration with the addresses of host names in the place of the names, so that each can be examined.</summary>
/// <param name="Options">What of the configuration an examination needs, with addresses only.</param>
/// <param name="Names">What was found out about the names: by pool, and by the backend's name in these options.</param>
internal sealed record NamedBackends(LoadBalancerOptions Options, IReadOnlyDictionary<(string Pool, string Backend), NameFinding> Names)
{
    // Stands for the address that an unknown name does not have; nothing is sent there.
    private static readonly IPAddress NoAddress = IPAddress.Any;

    /// <summary>Looks the names up from here. The options are not changed.</summary>
    public static async Task<NamedBackends> ResolveAsync(LoadBalancerOptions options, CancellationToken cancellationToken)
    {
        var resolved = new LoadBalancerOptions();
        foreach ((string name, ListenerOptions listener) in options.Listeners)
        {
            resolved.Listeners[name] = listener;
        }

        var all = new Dictionary<(string Pool, string Backend), NameFinding>();
        foreach ((string poolName, BackendPoolOptions pool) in options.Pools)
        {
            NameFinding?[] names = await Task
                .WhenAll(pool.Backends.Values.Select(backend => FindAsync(pool, backend, cancellationToken)))
                .ConfigureAwait(false);
            var addresses = new BackendPoolOptions
            {
                ConnectTimeout = pool.ConnectTimeout,
                Health = pool.Health,
                SendProxy = pool.SendProxy,
                ClientAddress = pool.ClientAddress,
            };
            foreach (string source in pool.Source)
            {
                addresses.Source.Add(source);
            }

            foreach ((KeyValuePair<string, BackendOptions> backend, NameFinding? name) in pool.Backends.Zip(names))
            {
                foreach ((string backendName, string address) in Name(backend.Key, backend.Value, name))
                {
                    // What the balancer has said of an address counts more.
                    bool isNew = addresses.Backends.TryAdd(backendName, new BackendOptions { Address = address });
                    _ = isNew && name is not null && all.TryAdd((poolName, backendName), name);
                }
            }

            resolved.Pools[poolName] = addresses;
        }

        return new NamedBackends(resolved, all);
    }

    private static IEnumerable<(string Name, string Address)> Name(string backend, BackendOptions options, NameFinding? name) => name switch
    {
        null => [(backend, options.Address)],
        { Failure: null } => name.Addresses.Select(address => ($"{backend}@{address}", new IPEndPoint(address, name.Port).ToString())),
        _ => [(backend, new IPEndPoint(NoAddress, name.Port).ToString())],
    };

    private static async Task<NameFinding?> FindAsync(BackendPoolOptions pool, BackendOptions backend, CancellationToken cancellationToken)
    {
        if (IPEndPoint.TryParse(backend.Address, out _))
        {
            return null;
        }

        int colon = backend.Address.LastIndexOf(':');
        int port = int.Parse(backend.Address.AsSpan(colon + 1), CultureInfo.InvariantCulture);
        return await NameExamination.RunAsync(backend.Address[..colon], port, pool.Resolve, cancellationToken).ConfigureAwait(false);
    }
}
