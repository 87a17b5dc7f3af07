// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Scheduling;

namespace LbEngine.Configuration;

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

    private static void CheckBackends(string path, BackendPoolOptions pool, LoopCheck loops, ValidationContext context)
    {
        if (pool.Backends.Count == 0)
        {
            context.Refuse(path, "the pool has no backend: write at least one, such as a: { address: \"10.0.0.1:80\" }");
        }

        if (pool.Backends.Count > SchedulingSet.MaxCount)
        {
            context.Refuse(path, $"must be at most {SchedulingSet.MaxCount} backends, was {pool.Backends.Count}; divide them among several pools");
        }

        long totalWeight = 0;
        var owners = new Dictionary<IPEndPoint, string>();
        foreach ((string name, BackendOptions? backend) in pool.Backends)
        {
            string backendPath = ConfigurationText.Join(path, name);
            context.CheckName(backendPath, name);
            if (context.CheckPresent(backendPath, backend))
            {
                context.CheckInteger(backendPath, "weight", backend.Weight, SettingRanges.Weight);
                context.CheckInteger(backendPath, "maxConnections", backend.MaxConnections, SettingRanges.Connections);
                CheckAddress(ConfigurationText.Join(backendPath, "address"), name, backend, loops, owners, context);
                totalWeight += Math.Max(0, backend.Weight);
            }
        }

        if (totalWeight > int.MaxValue)
        {
            context.Refuse(path, $"the weights add up to {totalWeight}, which is above {int.MaxValue}; divide all of them by the same number");
        }
    }

    private static void CheckAddress(
        string path, string name, BackendOptions backend, LoopCheck loops, Dictionary<IPEndPoint, string> owners, ValidationContext context)
    {
        if (string.IsNullOrEmpty(backend.Address))
        {
            context.Refuse(path, "is required: write an address and a port such as 10.0.0.1:80");
        }
        else if (!EndPointText.TryParse(backend.Address, SettingRanges.Port, out IPEndPoint? endPoint, out string problem))
        {
            context.Refuse(path, problem);
        }
        else if (ListenerBindings.IsAny(endPoint.Address) || ListenerBindings.IsMulticast(endPoint.Address) || endPoint.Address.Equals(IPAddress.Broadcast))
        {
            context.Refuse(path, $"must be the address of one machine, was {endPoint}");
        }
        else if (!owners.TryAdd(endPoint, name))
        {
            context.Refuse(path, $"{endPoint} is the address of backend {owners[endPoint]} too; keep one of the two and give it the sum of the weights");
        }
        else if (loops.Describe(endPoint) is string loop)
        {
            context.Refuse(path, loop);
        }
    }
}
