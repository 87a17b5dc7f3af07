// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Schema.Papers;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>A row that is a section with a table of its own. Null options stand for a section that is off.</summary>
internal sealed class SectionSetting<TOptions, TInner>(
    string name, Func<TOptions, TInner?> get, Action<TOptions, TInner?> set, SettingTable<TInner> table, string example, SectionWords words)
    : Setting<TOptions>(name)
    where TOptions : class, new()
    where TInner : class, new()
{
    private const string OffWord = "off";
    private const string OnWord = "on";

    private protected override string Values => words switch
    {
        SectionWords.OnAndOff => "settings, on or off",
        SectionWords.Off => "settings, or off",
        _ => "settings",
    };

    private protected override string Default => MustBePresent ? "" : IsOnByDefault ? "on" : "off";

    private protected override ISettingTable Inner => table;

    private bool IsOnByDefault => get(new TOptions()) is not null;

    /// <summary>A section that has no off is always there.</summary>
    private bool MustBePresent => words == SectionWords.None && IsOnByDefault;

    private string Expected => words switch
    {
        SectionWords.OnAndOff => $"on, off, or a mapping such as {example}",
        SectionWords.Off => $"off, or a mapping such as {example}",
        _ => $"a mapping such as {example}",
    };

    internal override void Read(MappingReader section, ReadContext context, TOptions options)
    {
        if (section.Find(Name) is not ConfigurationNode node)
        {
            return;
        }

        if (words != SectionWords.None && IsWord(node, context, OffWord, "false"))
        {
            set(options, null);
        }
        else if (words == SectionWords.OnAndOff && IsWord(node, context, OnWord, "true")
            && section.FindDefault(Name) is not (ConfigurationNode { Kind: ConfigurationNodeKind.Mapping }, _))
        {
            set(options, new TInner());
        }
        else if (Open(section, node, context) is MappingReader mapping)
        {
            var inner = new TInner();
            table.Read(mapping, context, inner);
            set(options, inner);
        }
    }

    /// <summary>What is written here, and behind it what holds for all such sections; or that alone, when nothing is.</summary>
    private MappingReader? Open(MappingReader section, ConfigurationNode node, ReadContext context)
    {
        MappingReader? defaults = context.FindDefaults(Name);
        if (section.FindDefault(Name) is (ConfigurationNode { Kind: ConfigurationNodeKind.Mapping } inherited, string path))
        {
            defaults = MappingReader.TryOpen(context, path, inherited, Expected, defaults);
        }

        bool isOwn = section.IsOwn(Name) && node.Kind != ConfigurationNodeKind.Scalar;
        return isOwn || defaults is null
            ? MappingReader.TryOpen(context, section.PathOf(Name), node, Expected, defaults)
            : MappingReader.OfDefaults(context, ConfigurationText.Join(section.Path, Name), defaults);
    }

    internal override bool IsSet(TOptions options) => get(options) is TInner inner && (!IsOnByDefault || table.IsAnythingSet(inner));

    internal override void Copy(TOptions from, TOptions to) => set(to, get(from) is TInner inner ? table.Copy(inner) : null);

    internal override void Compare(string path, TOptions before, TOptions after, ChangeList changes)
    {
        string own = ConfigurationText.Join(path, Name);
        if (get(before) is TInner old && get(after) is TInner fresh)
        {
            table.Compare(own, old, fresh, changes);
        }
        else if (get(before) is not null || get(after) is not null)
        {
            changes.Add(ConfigurationChangeKind.Changed, own, Describe(before), Describe(after));
        }
    }

    internal override ConfigurationNode? Write(TOptions options)
    {
        if (get(options) is not TInner inner)
        {
            return IsOnByDefault && words != SectionWords.None ? ConfigurationNode.Scalar(OffWord) : null;
        }

        ConfigurationNode node = table.Write(inner);
        return IsOnByDefault && node.Entries.Count == 0 ? null : node;
    }

    internal override string Describe(TOptions options) => get(options) is TInner inner ? table.Describe(inner) : OffWord;

    private protected override void ValidateValue(string ownPath, TOptions options, ValidationContext context)
    {
        if (get(options) is TInner inner)
        {
            table.Validate(ownPath, inner, context);
        }
        else if (MustBePresent)
        {
            _ = context.CheckPresent(ownPath, (TInner?)null);
        }
    }

    private protected override JsonObject WriteSchema(SchemaDefinitions definitions)
    {
        JsonObject reference = definitions.Refer(table);

        // Editors and older YAML take "off" for a truth value.
        return words switch
        {
            SectionWords.OnAndOff => Or(reference, new JsonArray(OnWord, OffWord, true, false)),
            SectionWords.Off => Or(reference, new JsonArray(OffWord, false)),
            _ => reference,
        };
    }

    private static JsonObject Or(JsonObject reference, JsonArray words) =>
        new() { ["anyOf"] = new JsonArray(reference, new JsonObject { ["enum"] = words }) };

    /// <summary>Older YAML and most JSON writers turn "on" and "off" into truth values.</summary>
    private static bool IsWord(ConfigurationNode node, ReadContext context, string word, string truth) =>
        node.Kind == ConfigurationNodeKind.Scalar && (context.KeyComparer.Equals(node.Text, word) || context.KeyComparer.Equals(node.Text, truth));
}
