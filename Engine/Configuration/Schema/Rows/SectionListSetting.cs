// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Schema.Papers;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>A row that is a list of sections of one table. In paths they count up from 0, as a section of an <c>IConfiguration</c> has them.</summary>
/// <param name="name">The setting.</param>
/// <param name="get">The list; not null.</param>
/// <param name="table">What each of them has.</param>
/// <param name="example">One of them.</param>
/// <param name="most">Sections that it may have.</param>
internal sealed class SectionListSetting<TOptions, TInner>(
    string name, Func<TOptions, IList<TInner>> get, SettingTable<TInner> table, string example, int most) : Setting<TOptions>(name)
    where TOptions : class, new()
    where TInner : class, new()
{
    private protected override string Values => $"list of {table.Title} sections";

    private protected override string Default => UnsetText;

    private protected override ISettingTable Inner => table;

    internal override void Read(MappingReader section, ReadContext context, TOptions options)
    {
        if (section.Find(Name) is not ConfigurationNode node)
        {
            return;
        }

        string path = section.PathOf(Name);
        context.NoteOrigin(ConfigurationText.Join(section.Path, Name), path);
        if (node.Kind != ConfigurationNodeKind.Sequence || node.Items.Count == 0)
        {
            string found = node.Kind == ConfigurationNodeKind.Sequence ? "an empty list; write one, or leave the name out" : ConfigurationText.Describe(node);
            context.Refuse(path, $"must be a list such as [{example}], was {found}");
            return;
        }

        foreach ((int i, ConfigurationNode item) in node.Items.Index())
        {
            var inner = new TInner();
            get(options).Add(inner);
            string itemPath = PathOf(path, i);
            context.Note(itemPath, DocumentPlace.Of(item));
            if (MappingReader.TryOpen(context, itemPath, item, $"a mapping such as {example}") is MappingReader mapping)
            {
                table.Read(mapping, context, inner);
            }
        }
    }

    internal override bool IsSet(TOptions options) => get(options).Count > 0;

    internal override void Copy(TOptions from, TOptions to)
    {
        get(to).Clear();
        foreach (TInner inner in get(from))
        {
            get(to).Add(table.Copy(inner));
        }
    }

    internal override void Compare(string path, TOptions before, TOptions after, ChangeList changes)
    {
        string own = ConfigurationText.Join(path, Name);
        IList<TInner> old = get(before);
        IList<TInner> fresh = get(after);
        for (int i = 0; i < Math.Max(old.Count, fresh.Count); i++)
        {
            if (i >= fresh.Count)
            {
                changes.Add(ConfigurationChangeKind.Removed, PathOf(own, i), table.Describe(old[i]), "");
            }
            else if (i >= old.Count)
            {
                changes.Add(ConfigurationChangeKind.Added, PathOf(own, i), "", table.Describe(fresh[i]));
            }
            else
            {
                table.Compare(PathOf(own, i), old[i], fresh[i], changes);
            }
        }
    }

    internal override ConfigurationNode? Write(TOptions options) =>
        IsSet(options) ? ConfigurationNode.Sequence([.. get(options).Select(table.Write)]) : null;

    internal override string? Describe(TOptions options) =>
        IsSet(options) ? string.Create(CultureInfo.InvariantCulture, $"{get(options).Count} of them") : null;

    private protected override void ValidateValue(string ownPath, TOptions options, ValidationContext context)
    {
        IList<TInner> sections = get(options);
        if (sections.Count > most)
        {
            context.Refuse(ownPath, string.Create(CultureInfo.InvariantCulture, $"must be at most {most}, was {sections.Count}"));
            return;
        }

        foreach ((int i, TInner? inner) in sections.Index())
        {
            string path = PathOf(ownPath, i);
            if (context.CheckPresent(path, inner))
            {
                table.Validate(path, inner, context);
            }
        }
    }

    private protected override JsonObject WriteSchema(SchemaDefinitions definitions) => new()
    {
        ["type"] = "array",
        ["minItems"] = 1,
        ["maxItems"] = most,
        ["items"] = definitions.Refer(table),
    };

    private static string PathOf(string path, int number) => ConfigurationText.Join(path, number.ToString(CultureInfo.InvariantCulture));
}
