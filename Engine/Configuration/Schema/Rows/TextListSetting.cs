// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Schema.Papers;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>A row whose value is a list of texts, each of the same form. No text is none; a document may write a list of one as that text alone.</summary>
/// <param name="name">The setting.</param>
/// <param name="form">Which texts are right.</param>
/// <param name="get">The list; not null.</param>
/// <param name="most">Texts that it may have.</param>
internal sealed class TextListSetting<TOptions>(string name, TextForm form, Func<TOptions, IList<string>> get, int most) : Setting<TOptions>(name)
    where TOptions : class, new()
{
    private protected override string Values => $"list of {form.Values}";

    private protected override string Default => Remedy is null ? UnsetText : "";

    private string Expected => $"a list, each of it {form.Expected}";

    internal override void Read(MappingReader section, ReadContext context, TOptions options)
    {
        if (section.Find(Name) is not ConfigurationNode node)
        {
            return;
        }

        string path = section.PathOf(Name);
        context.NoteOrigin(ConfigurationText.Join(section.Path, Name), path);
        IReadOnlyList<ConfigurationNode> items = node.Kind switch
        {
            ConfigurationNodeKind.Sequence => node.Items,
            ConfigurationNodeKind.Scalar when node.Text.Length > 0 => [node],
            _ => [],
        };
        if (items.Count == 0)
        {
            // An empty list is no list: whoever means nobody, and whoever means everybody, would write the same.
            string found = node.Kind == ConfigurationNodeKind.Sequence ? "an empty list" : ConfigurationText.Describe(node);
            context.Refuse(path, $"must be {Expected}, was {found}; write at least one, or leave the name out");
            return;
        }

        int right = get(options).Count;
        foreach (ConfigurationNode item in items)
        {
            // Judged here, where the line of each text is known; with the others only what is right.
            string? problem = item.Kind == ConfigurationNodeKind.Scalar && item.Text.Length > 0
                ? form.Refuse(item.Text)
                : $"must be {form.Expected}, was {ConfigurationText.Describe(item)}";
            if (problem is null)
            {
                get(options).Add(item.Text);
            }
            else
            {
                context.Report(path, problem, DocumentPlace.Of(item));
            }
        }

        if (get(options).Count == right)
        {
            // As good as not read: that it is empty is no mistake of its own.
            context.MarkUnread(path);
        }
    }

    internal override bool IsSet(TOptions options) => get(options).Count > 0;

    internal override void Copy(TOptions from, TOptions to)
    {
        get(to).Clear();
        foreach (string text in get(from))
        {
            get(to).Add(text);
        }
    }

    internal override void Compare(string path, TOptions before, TOptions after, ChangeList changes)
    {
        if (!get(before).SequenceEqual(get(after), StringComparer.Ordinal))
        {
            changes.Add(ConfigurationChangeKind.Changed, ConfigurationText.Join(path, Name), Describe(before) ?? UnsetText, Describe(after) ?? UnsetText);
        }
    }

    internal override ConfigurationNode? Write(TOptions options) =>
        IsSet(options) ? ConfigurationNode.Sequence([.. get(options).Select(static text => ConfigurationNode.Scalar(text))]) : null;

    internal override string? Describe(TOptions options) => IsSet(options) ? ConfigurationText.List(get(options), get(options).Count) : null;

    private protected override void ValidateValue(string ownPath, TOptions options, ValidationContext context)
    {
        IList<string> texts = get(options);
        if (texts.Count == 0 && Remedy is not null)
        {
            context.Refuse(ownPath, $"is required: {Remedy(new SettingCheck(context, "", Name))}");
        }

        if (texts.Count > most)
        {
            context.Refuse(ownPath, string.Create(CultureInfo.InvariantCulture, $"must be at most {most} texts, was {texts.Count}"));
        }

        foreach (string? text in texts)
        {
            if (text is null)
            {
                context.Refuse(ownPath, $"must be {Expected}, was null");
            }
            else if (form.Refuse(text) is string problem)
            {
                context.Refuse(ownPath, problem);
            }
        }
    }

    private protected override JsonObject WriteSchema(SchemaDefinitions definitions)
    {
        var item = new JsonObject { ["type"] = "string", ["minLength"] = 1 };
        if (form.Pattern is string pattern)
        {
            item["pattern"] = pattern;
        }

        return new JsonObject
        {
            ["anyOf"] = new JsonArray(item, new JsonObject { ["type"] = "array", ["minItems"] = 1, ["maxItems"] = most, ["items"] = item.DeepClone() }),
        };
    }
}
