// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Schema.Papers;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>A row that holds sections of one table, each with a name that the author of the document chooses.</summary>
internal sealed class NamedSetting<TOptions, TInner>(
    string name, Func<TOptions, IDictionary<string, TInner>> get, SettingTable<TInner> table, string example, Func<TInner, string> describe)
    : Setting<TOptions>(name)
    where TOptions : class, new()
    where TInner : class, new()
{
    private protected override string Values => $"one {table.Title} for each name";

    private protected override string Default => "";

    private protected override ISettingTable Inner => table;

    private protected override bool IsNamed => true;

    internal override void Read(MappingReader section, ReadContext context, TOptions options)
    {
        string expected = $"a mapping from names to settings, such as {Name}: {{ name: {{ ... }} }}";
        if (section.FindOwn(Name) is not ConfigurationNode node
            || MappingReader.TryOpen(context, section.PathOf(Name), node, expected) is not MappingReader named)
        {
            return;
        }

        foreach (ConfigurationEntry entry in named.Entries)
        {
            var inner = new TInner();
            get(options).Add(entry.Key, inner);
            string path = ConfigurationText.Join(named.Path, entry.Key);
            if (MappingReader.TryOpen(context, path, entry.Value, $"a mapping such as {example}", context.FindDefaults(Name)) is MappingReader mapping)
            {
                table.Read(mapping, context, inner);
            }
        }
    }

    internal override bool IsSet(TOptions options) => get(options).Count > 0;

    internal override void Copy(TOptions from, TOptions to)
    {
        foreach ((string key, TInner inner) in get(from))
        {
            get(to).Add(key, table.Copy(inner));
        }
    }

    internal override void Compare(string path, TOptions before, TOptions after, ChangeList changes)
    {
        string own = ConfigurationText.Join(path, Name);
        foreach ((string key, TInner old) in get(before))
        {
            if (!get(after).ContainsKey(key))
            {
                string gone = ConfigurationText.Join(own, key);
                changes.Of(gone).Add(ConfigurationChangeKind.Removed, gone, describe(old), "");
            }
        }

        foreach ((string key, TInner fresh) in get(after))
        {
            string entry = ConfigurationText.Join(own, key);
            if (get(before).TryGetValue(key, out TInner? old))
            {
                table.Compare(entry, old, fresh, changes.Of(entry));
            }
            else
            {
                changes.Of(entry).Add(ConfigurationChangeKind.Added, entry, "", describe(fresh));
            }
        }
    }

    internal override ConfigurationNode Write(TOptions options) =>
        ConfigurationNode.Mapping([.. get(options).Select(one => new ConfigurationEntry(one.Key, table.Write(one.Value)))]);

    internal override string? Describe(TOptions options) => null;

    private protected override void ValidateValue(string ownPath, TOptions options, ValidationContext context)
    {
        foreach ((string key, TInner? inner) in get(options))
        {
            string path = ConfigurationText.Join(ownPath, key);
            context.CheckName(path, key);
            if (context.CheckPresent(path, inner))
            {
                string outer = context.Entry;
                context.Entry = key;
                table.Validate(path, inner, context);
                context.Entry = outer;
            }
        }
    }

    private protected override JsonObject WriteSchema(SchemaDefinitions definitions) => new()
    {
        ["type"] = "object",
        ["minProperties"] = 1,
        ["propertyNames"] = new JsonObject { ["pattern"] = ValidationContext.NamePattern },
        ["additionalProperties"] = definitions.Refer(table),
    };
}
