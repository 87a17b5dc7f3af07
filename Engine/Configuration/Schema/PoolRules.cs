// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration.Text;
using LbEngine.Scheduling;

namespace LbEngine.Configuration.Schema;

/// <summary>What pools must fit in besides each setting's own range: the schedulers there are, and their backends among each other.</summary>
internal static class PoolRules
{
    public static void CheckScheduler(BackendPoolOptions pool, SettingCheck check)
    {
        IReadOnlyCollection<string> names = check.Context.SchedulerNames;
        string scheduler = pool.Scheduler ?? "";
        if (!names.Contains(scheduler, StringComparer.OrdinalIgnoreCase))
        {
            string suggestion = SchedulerAliases.Find(scheduler) is string meant ? NameSuggestion.Phrase(meant) : check.Context.Suggest(scheduler, names);
            string known = ConfigurationText.List(names, names.Count);
            string gap = suggestion.EndsWith('?') ? " " : "; ";
            check.Refuse($"there is no scheduler {ConfigurationText.Quote(scheduler)}{suggestion}{gap}the schedulers are {known}");
        }
    }

    public static void CheckSendProxy(BackendPoolOptions pool, SettingCheck check)
    {
        if (pool.SendProxy == ProxyVersion.V1 && check.Context.ProtocolsOf(check.Context.Entry).Contains(ListenerProtocol.Udp))
        {
            check.Refuse("v1 is a line of text before a connection, and a listener for udp uses this pool; write v2, or give that listener a pool of its own");
        }

        if (pool is { SendProxy: ProxyVersion.V1, Health: { Type: HealthCheckType.Udp, Proxy: HealthProxyHeader.Local or HealthProxyHeader.Proxy } })
        {
            check.Refuse("v1 leaves health.proxy without a meaning for a check of type udp; remove that, or write v2 here");
        }

        if (pool.SendProxy == ProxyVersion.Off && pool.Health?.Proxy is HealthProxyHeader.Local or HealthProxyHeader.Proxy)
        {
            check.Refuse("off leaves health.proxy without a meaning; remove that, or write v1 or v2 here");
        }
    }

    public static void CheckProxyTlvs(BackendPoolOptions pool, SettingCheck check)
    {
        if (pool.ProxyTlvs.Count > 0 && pool.SendProxy != ProxyVersion.V2)
        {
            check.Refuse("takes sendProxy: v2, whose header alone has fields; write that, or remove proxyTlvs");
        }
        else if (pool.ProxyTlvs.Count > 0 && check.Context.ProtocolsOf(check.Context.Entry).Contains(ListenerProtocol.Udp))
        {
            check.Refuse("works over tcp alone, and a listener for udp uses this pool; remove it, or give that listener a pool of its own");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string word in pool.ProxyTlvs.Where(word => !seen.Add(word)).Distinct())
        {
            check.Refuse($"{ConfigurationText.Quote(word)} is there twice: keep it once");
        }
    }

    public static void CheckClientAddress(BackendPoolOptions pool, SettingCheck check)
    {
        if (pool.ClientAddress != ClientAddressMode.Transparent)
        {
            return;
        }

        if (!OperatingSystem.IsLinux())
        {
            check.Refuse("transparent works on Linux only; write balancer, or tell backends the client's address with sendProxy");
        }

        if (pool.Source.Count > 0)
        {
            check.Refuse("transparent leaves source without a meaning: remove one of the two");
        }

        IEnumerable<ListenerOptions> oneWay = check.Context.Root.Listeners.Values.Where(static one => one is { Protocol: ListenerProtocol.Udp, Responses: 0 });
        if (oneWay.Any(one => one.PoolNames.Contains(check.Context.Entry)))
        {
            check.Refuse(
                "transparent needs a socket for each client, and a listener with responses: 0 has one for all: remove responses there, or give it a pool of "
                + "its own");
        }
    }

    public static void CheckSource(BackendPoolOptions pool, SettingCheck check)
    {
        var seen = new HashSet<IPAddress>();
        foreach (string text in pool.Source)
        {
            if (SourceAddressText.TryParse(text, out IPAddress? address, out _) && !seen.Add(address))
            {
                check.Refuse($"{address} is there twice: keep it once");
            }
        }
    }

    public static void CheckBackends(BackendPoolOptions pool, SettingCheck check)
    {
        if (pool.Backends.Count == 0)
        {
            check.Refuse("the pool has no backend: write at least one, such as a: { address: \"10.0.0.1:80\" }");
        }

        long count = 0;
        long totalWeight = 0;
        var loops = new LoopCheck(check.Context.Bindings, check.Context.ProtocolsOf(check.Context.Entry));
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, BackendOptions? backend) in pool.Backends)
        {
            if (backend is not null)
            {
                bool isRight = BackendAddress.TryParse(backend.Address ?? "", out BackendAddress address, out _);
                if (isRight && FindProblem(name, address, loops, owners) is string problem)
                {
                    check.Context.Refuse(ConfigurationText.Join(ConfigurationText.Join(check.Path, name), "address"), problem);
                }

                int addresses = isRight && address.IsName ? ConfigurationLimits.MostAddresses : 1;
                totalWeight += Math.Max(0, backend.Weight) * (long)addresses;
                count += addresses;
            }
        }

        string counted = count == pool.Backends.Count
            ? ""
            : $" (a host name counts as {ConfigurationLimits.MostAddresses}, the most addresses that it may have)";
        if (count > SchedulingSet.MaxCount)
        {
            check.Refuse($"must be at most {SchedulingSet.MaxCount} backends, was {count}{counted}; divide them among several pools");
        }

        if (totalWeight > int.MaxValue)
        {
            check.Refuse($"the weights add up to {totalWeight}{counted}, which is above {int.MaxValue}; divide all of them by the same number");
        }
    }

    private static string? FindProblem(string name, BackendAddress address, LoopCheck loops, Dictionary<string, string> owners)
    {
        string text = address.ToString();
        if (!owners.TryAdd(text, name))
        {
            return $"{address} is the address of backend {owners[text]} too; keep one of the two and give it the sum of the weights";
        }

        if (address.IsName)
        {
            return null;
        }

        return ListenerBindings.IsOneMachine(address.EndPoint.Address)
            ? loops.Describe(address.EndPoint)
            : $"must be the address of one machine, was {address}";
    }
}
