// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>The root of the schema: its settings, listeners and pools.</summary>
internal static class DocumentSchema
{
    private static readonly (string Word, TransportKind Value)[] Transports =
        [("auto", TransportKind.Auto), ("linux", TransportKind.Linux), ("sockets", TransportKind.Sockets)];

    public static void Read(MappingReader root, ReadContext context, LoadBalancerOptions options)
    {
        options.Transport = root.ReadWord("transport", Transports, options.Transport);
        options.Reactors = root.ReadInteger("reactors", SettingRanges.Reactors, options.Reactors);
        options.MaxConnections = root.ReadInteger("maxConnections", SettingRanges.Connections, options.MaxConnections);
        ReadDrain(root, options.Drain);
        AdminSchema.Read(root, context, options);

        foreach ((string name, MappingReader? listener) in OpenNamed(root, context, "listeners", "a mapping such as { bind: \"0.0.0.0:8080\", pool: site }"))
        {
            var listenerOptions = new ListenerOptions();
            options.Listeners.Add(name, listenerOptions);
            if (listener is not null)
            {
                ListenerSchema.Read(listener, context, listenerOptions);
            }
        }

        foreach ((string name, MappingReader? pool) in OpenNamed(root, context, "pools", "a mapping such as { backends: { a: { address: \"10.0.0.1:80\" } } }"))
        {
            var poolOptions = new BackendPoolOptions();
            options.Pools.Add(name, poolOptions);
            if (pool is not null)
            {
                PoolSchema.Read(pool, context, poolOptions);
            }
        }

        root.RefuseUnknown();
    }

    /// <summary>Opens each value of a mapping whose names are free. The reader is null where the value was no mapping, which has been reported then.</summary>
    public static IEnumerable<(string Name, MappingReader? Value)> OpenNamed(MappingReader owner, ReadContext context, string key, string expected)
    {
        if (owner.FindMapping(key, $"a mapping from names to settings, such as {key}: {{ name: {{ ... }} }}") is not MappingReader named)
        {
            yield break;
        }

        foreach (ConfigurationEntry entry in named.Entries)
        {
            yield return (entry.Key, MappingReader.TryOpen(context, ConfigurationText.Join(named.Path, entry.Key), entry.Value, expected));
        }
    }

    private static void ReadDrain(MappingReader root, DrainOptions drain)
    {
        if (root.FindMapping("drain", "a mapping such as { timeout: 300s, spread: 30s }") is MappingReader mapping)
        {
            drain.Delay = mapping.ReadDuration("delay", SettingRanges.DrainDelay, drain.Delay);
            drain.Timeout = mapping.ReadDuration("timeout", SettingRanges.Drain, drain.Timeout);
            drain.Spread = mapping.ReadDuration("spread", SettingRanges.DrainSpread, drain.Spread);
            mapping.RefuseUnknown();
        }
    }
}
