// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Configuration.Text;

namespace LbEngine.Resolution;

/// <summary>Turns options with host names into options with addresses. Pure.</summary>
internal static class HostNames
{
    // Not allowed in the name of a backend, so that nobody can have such a name already; and plain in shells and in the path of a URL.
    private const char Separator = '@';

    /// <summary>Every name of a configuration, with the shortest interval and the longest time-out that a pool wants of it.</summary>
    public static IReadOnlyDictionary<HostName, LookupTimes> Find(LoadBalancerOptions options)
    {
        var names = new Dictionary<HostName, LookupTimes>();
        foreach (BackendPoolOptions pool in options.Pools.Values)
        {
            foreach (HostName host in pool.Backends.Values.Select(backend => Find(pool, backend)).OfType<HostName>())
            {
                LookupTimes other = names.GetValueOrDefault(host, new LookupTimes(TimeSpan.MaxValue, TimeSpan.Zero));
                names[host] = new LookupTimes(
                    pool.Resolve.Interval < other.Interval ? pool.Resolve.Interval : other.Interval,
                    pool.Resolve.Timeout > other.Timeout ? pool.Resolve.Timeout : other.Timeout);
            }
        }

        return names;
    }

    /// <summary>The name that a backend of a pool has for an address; null when it has an address already.</summary>
    public static HostName? Find(BackendPoolOptions pool, BackendOptions backend) =>
        BackendAddress.Parse(backend.Address) is { IsName: true } address ? new HostName(address.Host, pool.Resolve.Family) : null;

    /// <summary>
    /// Options in which each backend with a host name is replaced by one backend for each of its addresses, in their order; the same object when
    /// there is no such backend.
    /// </summary>
    /// <param name="options">Checked options; not changed.</param>
    /// <param name="findAddresses">The addresses of a name, without doubles and in an order that never changes.</param>
    /// <param name="doubts">Takes what was left out, and why.</param>
    public static LoadBalancerOptions Expand(
        LoadBalancerOptions options, Func<HostName, IReadOnlyList<IPAddress>> findAddresses, ICollection<ConfigurationWarning> doubts)
    {
        if (Find(options).Count == 0)
        {
            return options;
        }

        LoadBalancerOptions expanded = ConfigurationCopy.Of(options);
        ListenerBindings bindings = ListenerBindings.Of(options);
        foreach ((string name, BackendPoolOptions pool) in options.Pools)
        {
            string path = ConfigurationText.Join(ConfigurationText.Join("pools", name), "backends");
            IDictionary<string, BackendOptions> backends = expanded.Pools[name].Backends;
            IEnumerable<ListenerOptions> users = options.Listeners.Values.Where(listener => listener.PoolNames.Contains(name));
            var loops = new LoopCheck(bindings, users.Select(listener => listener.Protocol));
            backends.Clear();
            foreach ((string backendName, BackendOptions backend) in pool.Backends)
            {
                if (Find(pool, backend) is HostName host)
                {
                    Expand(
                    backendName,
                    backend,
                    findAddresses(host),
                    loops,
                    backends,
                    doubt => doubts.Add(new ConfigurationWarning(ConfigurationText.Join(path, backendName), doubt)));
                }
                else
                {
                    backends.Add(backendName, backend);
                }
            }
        }

        return expanded;
    }

    private static void Expand(
        string name,
        BackendOptions backend,
        IReadOnlyList<IPAddress> addresses,
        LoopCheck loops,
        IDictionary<string, BackendOptions> backends,
        Action<string> doubt)
    {
        BackendAddress written = BackendAddress.Parse(backend.Address);
        foreach (IPAddress address in addresses)
        {
            var endPoint = new IPEndPoint(address, written.Port);
            if (loops.Describe(endPoint) is string loop)
            {
                doubt($"{written.Host} has an address that is left out: {loop}");
            }
            else
            {
                var own = new BackendOptions { Address = endPoint.ToString(), Weight = backend.Weight, MaxConnections = backend.MaxConnections };
                backends.Add($"{name}{Separator}{address}", own);
            }
        }
    }

    /// <summary>The configured backend that a backend of an engine comes from: itself, or the one with the host name.</summary>
    public static string OwnerOf(string backend)
    {
        int at = backend.IndexOf(Separator, StringComparison.Ordinal);
        return at < 0 ? backend : backend[..at];
    }

    /// <summary>True when a pool may have a backend of that name: it is configured, or could be an address of a host name that is.</summary>
    public static bool MayExist(LoadBalancerOptions options, string pool, string backend) =>
        options.Pools.TryGetValue(pool, out BackendPoolOptions? found)
        && found.Backends.TryGetValue(OwnerOf(backend), out BackendOptions? owner)
        && BackendAddress.Parse(owner.Address).IsName == backend.Contains(Separator, StringComparison.Ordinal);
}
