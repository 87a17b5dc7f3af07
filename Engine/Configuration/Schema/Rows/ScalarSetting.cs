// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Schema.Papers;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>A row whose value is one text, number, duration, word or truth value.</summary>
internal abstract class ScalarSetting<TOptions>(string name) : Setting<TOptions>(name)
    where TOptions : class, new()
{
    /// <summary>The default of each kind of section: one text where they agree.</summary>
    private protected sealed override string Default => Remedy is not null ? "" : Table!.DescribeDefault(this, UnsetText);

    /// <summary>The table that the row stands in.</summary>
    internal SettingTable<TOptions>? Table { get; set; }

    internal sealed override void Read(MappingReader section, ReadContext context, TOptions options)
    {
        if (section.ReadScalar(Name, Expected(options), mayBeDefault: Table?.MayBeDefault(this) != false) is string text)
        {
            if (!TryRead(text, context, options, out string problem))
            {
                context.Refuse(section.PathOf(Name), problem);
            }
        }
        else if (IsRequiredInDocuments && !section.IsOfDefaults && !context.IsSuspect(section.PathOf(Name)))
        {
            context.Refuse(section.PathOf(Name), $"is required: {Remedy!(null)}");
        }
    }

    internal sealed override void Compare(string path, TOptions before, TOptions after, ChangeList changes)
    {
        if (!IsSame(before, after))
        {
            changes.Add(ConfigurationChangeKind.Changed, ConfigurationText.Join(path, Name), Describe(before) ?? UnsetText, Describe(after) ?? UnsetText);
        }
    }

    /// <summary>Sets the value from its text, which is right.</summary>
    internal void Take(string text, TOptions options) => _ = TryRead(text, new ReadContext(StringComparer.Ordinal), options, out _);

    private protected sealed override JsonObject WriteSchema(SchemaDefinitions definitions)
    {
        JsonObject schema = WriteSchema();
        if (Remedy is null && WriteDefault() is JsonValue value)
        {
            schema["default"] = value;
        }

        return schema;
    }

    /// <summary>True where options cannot tell a value that was left out from its default, so that only a document can be wrong.</summary>
    private protected virtual bool IsRequiredInDocuments => false;

    private protected abstract string Expected(TOptions options);

    private protected abstract bool TryRead(string text, ReadContext context, TOptions options, out string problem);

    private protected abstract bool IsSame(TOptions before, TOptions after);

    private protected abstract JsonObject WriteSchema();

    /// <summary>The value of fresh options; null when there is none.</summary>
    private protected abstract JsonValue? WriteDefault();
}
