// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>The schema of one pool and its backends.</summary>
internal static class PoolSchema
{
    private static readonly (string Word, ResolveFamily Value)[] Families =
        [("any", ResolveFamily.Any), ("ipv4", ResolveFamily.Ipv4), ("ipv6", ResolveFamily.Ipv6)];

    public static void Read(MappingReader mapping, ReadContext context, BackendPoolOptions options)
    {
        options.Scheduler = mapping.ReadText("scheduler", "the name of a scheduler", options.Scheduler);
        options.ConnectTimeout = mapping.ReadDuration("connectTimeout", SettingRanges.Connect, options.ConnectTimeout);
        options.ConnectAttempts = mapping.ReadInteger("connectAttempts", SettingRanges.ConnectAttempts, options.ConnectAttempts);
        ReadAffinity(mapping, options);
        HealthSchema.Read(mapping, context, options);
        ReadResolve(mapping, options.Resolve);

        foreach ((string name, MappingReader? backend) in DocumentSchema.OpenNamed(mapping, context, "backends", "a mapping such as { address: \"10.0.0.1:80\", weight: 1 }"))
        {
            var backendOptions = new BackendOptions();
            options.Backends.Add(name, backendOptions);
            if (backend is not null)
            {
                ReadBackend(backend, backendOptions);
            }
        }

        mapping.RefuseUnknown();
    }

    private static void ReadAffinity(MappingReader pool, BackendPoolOptions options)
    {
        if (pool.FindMapping("affinity", "a mapping such as { timeout: 5m }") is not MappingReader mapping)
        {
            return;
        }

        var affinity = new AffinityOptions();
        affinity.Timeout = mapping.ReadDuration("timeout", SettingRanges.Idle, affinity.Timeout);
        affinity.PrefixV4 = mapping.ReadInteger("prefixV4", SettingRanges.PrefixV4, affinity.PrefixV4);
        affinity.PrefixV6 = mapping.ReadInteger("prefixV6", SettingRanges.PrefixV6, affinity.PrefixV6);
        affinity.MaxEntries = mapping.ReadInteger("maxEntries", SettingRanges.AffinityEntries, affinity.MaxEntries);
        mapping.RefuseUnknown();
        options.Affinity = affinity;
    }

    private static void ReadResolve(MappingReader pool, ResolveOptions resolve)
    {
        if (pool.FindMapping("resolve", "a mapping such as { interval: 10s, timeout: 5s }") is MappingReader mapping)
        {
            resolve.Interval = mapping.ReadDuration("interval", SettingRanges.ResolveInterval, resolve.Interval);
            resolve.Timeout = mapping.ReadDuration("timeout", SettingRanges.ResolveTimeout, resolve.Timeout);
            resolve.Family = mapping.ReadWord("family", Families, resolve.Family);
            mapping.RefuseUnknown();
        }
    }

    private static void ReadBackend(MappingReader mapping, BackendOptions options)
    {
        options.Address = mapping.ReadText("address", BackendAddress.Expected);
        options.Weight = mapping.ReadInteger("weight", SettingRanges.Weight, options.Weight);
        options.MaxConnections = mapping.ReadInteger("maxConnections", SettingRanges.Connections, options.MaxConnections);
        mapping.RefuseUnknown();
    }
}
