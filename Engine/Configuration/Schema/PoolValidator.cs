// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;
using LbEngine.Scheduling;

namespace LbEngine.Configuration.Schema;

/// <summary>Checks pools and their backends.</summary>
internal static class PoolValidator
{
    public static void Validate(LoadBalancerOptions options, ListenerBindings bindings, IReadOnlyCollection<string> schedulerNames, ValidationContext context)
    {
        ILookup<string?, ListenerProtocol> traffic = options.Listeners.Values
            .Where(listener => listener is not null)
            .ToLookup(listener => (string?)listener.Pool, listener => listener.Protocol);
        foreach ((string name, BackendPoolOptions? pool) in options.Pools)
        {
            string path = ConfigurationText.Join("pools", name);
            context.CheckName(path, name);
            if (context.CheckPresent(path, pool))
            {
                CheckScheduler(path, pool, schedulerNames, context);
                context.CheckDuration(path, "connectTimeout", pool.ConnectTimeout, SettingRanges.Connect);
                context.CheckInteger(path, "connectAttempts", pool.ConnectAttempts, SettingRanges.ConnectAttempts);
                CheckAffinity(path, pool.Affinity, context);
                CheckResolve(ConfigurationText.Join(path, "resolve"), pool.Resolve, context);
                HealthValidator.Validate(path, pool, context);
                CheckBackends(ConfigurationText.Join(path, "backends"), pool, new LoopCheck(bindings, traffic[name]), context);
            }
        }
    }

    private static void CheckScheduler(string path, BackendPoolOptions pool, IReadOnlyCollection<string> schedulerNames, ValidationContext context)
    {
        if (string.IsNullOrEmpty(pool.Scheduler) || !schedulerNames.Contains(pool.Scheduler, StringComparer.OrdinalIgnoreCase))
        {
            string suggestion = context.Suggest(pool.Scheduler ?? "", schedulerNames);
            string known = ConfigurationText.List(schedulerNames, schedulerNames.Count);
            context.Refuse(
                ConfigurationText.Join(path, "scheduler"),
                $"there is no scheduler {ConfigurationText.Quote(pool.Scheduler ?? "")}{suggestion}{(suggestion.EndsWith('?') ? " " : "; ")}the schedulers are {known}");
        }
    }

    private static void CheckAffinity(string path, AffinityOptions? affinity, ValidationContext context)
    {
        if (affinity is not null)
        {
            string affinityPath = ConfigurationText.Join(path, "affinity");
            context.CheckDuration(affinityPath, "timeout", affinity.Timeout, SettingRanges.Idle);
            context.CheckInteger(affinityPath, "prefixV4", affinity.PrefixV4, SettingRanges.PrefixV4);
            context.CheckInteger(affinityPath, "prefixV6", affinity.PrefixV6, SettingRanges.PrefixV6);
            context.CheckInteger(affinityPath, "maxEntries", affinity.MaxEntries, SettingRanges.AffinityEntries);
        }
    }

    private static void CheckResolve(string path, ResolveOptions? resolve, ValidationContext context)
    {
        if (context.CheckPresent(path, resolve))
        {
            context.CheckDuration(path, "interval", resolve.Interval, SettingRanges.ResolveInterval);
            context.CheckDuration(path, "timeout", resolve.Timeout, SettingRanges.ResolveTimeout);
            context.CheckWord(path, "family", resolve.Family, "any, ipv4, ipv6");
        }
    }

    private static void CheckBackends(string path, BackendPoolOptions pool, LoopCheck loops, ValidationContext context)
    {
        if (pool.Backends.Count == 0)
        {
            context.Refuse(path, "the pool has no backend: write at least one, such as a: { address: \"10.0.0.1:80\" }");
        }

        long count = 0;
        long totalWeight = 0;
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, BackendOptions? backend) in pool.Backends)
        {
            string backendPath = ConfigurationText.Join(path, name);
            context.CheckName(backendPath, name);
            if (context.CheckPresent(backendPath, backend))
            {
                context.CheckInteger(backendPath, "weight", backend.Weight, SettingRanges.Weight);
                context.CheckInteger(backendPath, "maxConnections", backend.MaxConnections, SettingRanges.Connections);
                bool isName = CheckAddress(ConfigurationText.Join(backendPath, "address"), name, backend, loops, owners, context);
                int addresses = isName ? SettingRanges.MostAddresses : 1;
                totalWeight += Math.Max(0, backend.Weight) * (long)addresses;
                count += addresses;
            }
        }

        string counted = count > pool.Backends.Count ? $" (a host name counts as {SettingRanges.MostAddresses}, the most addresses that it may have)" : "";
        if (count > SchedulingSet.MaxCount)
        {
            context.Refuse(path, $"must be at most {SchedulingSet.MaxCount} backends, was {count}{counted}; divide them among several pools");
        }

        if (totalWeight > int.MaxValue)
        {
            context.Refuse(path, $"the weights add up to {totalWeight}{counted}, which is above {int.MaxValue}; divide all of them by the same number");
        }
    }

    /// <summary>True when the backend is a host name.</summary>
    private static bool CheckAddress(
        string path, string name, BackendOptions backend, LoopCheck loops, Dictionary<string, string> owners, ValidationContext context)
    {
        if (string.IsNullOrEmpty(backend.Address))
        {
            context.Refuse(path, $"is required: write {BackendAddress.Expected}");
        }
        else if (!BackendAddress.TryParse(backend.Address, out BackendAddress address, out string problem))
        {
            context.Refuse(path, problem);
        }
        else if (!owners.TryAdd(address.ToString(), name))
        {
            context.Refuse(path, $"{address} is the address of backend {owners[address.ToString()]} too; keep one of the two and give it the sum of the weights");
        }
        else if (address.IsName)
        {
            return true;
        }
        else if (!ListenerBindings.IsOneMachine(address.EndPoint.Address))
        {
            context.Refuse(path, $"must be the address of one machine, was {address}");
        }
        else if (loops.Describe(address.EndPoint) is string loop)
        {
            context.Refuse(path, loop);
        }

        return false;
    }
}
