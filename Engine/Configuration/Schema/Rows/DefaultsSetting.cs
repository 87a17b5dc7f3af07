// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Schema.Papers;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>A row that no options have: what a document says once for all of its listeners, pools and health checks.</summary>
/// <remarks>Read before them. Each of them then finds here what it does not say itself, so that options are complete and know nothing of it.</remarks>
internal sealed class DefaultsSetting() : DocumentSetting(Key)
{
    private const string Key = "defaults";
    private const string Listeners = "listeners";
    private const string Pools = "pools";
    private const string Health = "health";
    private const string Expected = "a mapping such as { listeners: { idleTimeout: 30m } }";

    private protected override string Values => "settings";

    internal override void Read(MappingReader section, ReadContext context, LoadBalancerOptions options)
    {
        if (section.Find(Key) is not ConfigurationNode node
            || MappingReader.TryOpen(context, section.PathOf(Key), node, Expected) is not MappingReader defaults)
        {
            return;
        }

        defaults.RefuseOthers([Listeners, Pools, Health]);

        // Health first: it is part of what pools have for a default.
        Take(Health, HealthSettings.Table, defaults, context);
        Take(Listeners, ListenerSettings.Table, defaults, context);
        Take(Pools, PoolSettings.Table, defaults, context);
    }

    private protected override JsonObject WriteSchema(SchemaDefinitions definitions) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            [Listeners] = definitions.WriteDefaults(ListenerSettings.Table),
            [Pools] = definitions.WriteDefaults(PoolSettings.Table),
            [Health] = definitions.WriteDefaults(HealthSettings.Table),
        },
        ["additionalProperties"] = false,
    };

    private static void Take<TInner>(string name, SettingTable<TInner> table, MappingReader defaults, ReadContext context)
        where TInner : class, new()
    {
        string expected = $"a mapping of settings for all {table.Title} sections";
        if (defaults.Find(name) is ConfigurationNode node
            && MappingReader.TryOpen(context, defaults.PathOf(name), node, expected) is MappingReader reader)
        {
            table.ReadDefaults(reader, context);
            context.SetDefaults(name, reader);
        }
    }
}
