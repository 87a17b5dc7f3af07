// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Schema.Papers;
using LbEngine.Configuration.Schema.Rows;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>The settings of one section of a configuration, each declared once: a derived class adds a row for each in its constructor.</summary>
/// <typeparam name="TOptions">The options that the section is read into. Their initial values are the defaults.</typeparam>
/// <remarks>
/// <code>
/// internal sealed class AdminSettings : SettingTable&lt;AdminOptions&gt;
/// {
///     public AdminSettings() : base("admin", "Where the balancer is controlled while it runs.")
///     {
///         Text("token", o =&gt; o.Token, (o, v) =&gt; o.Token = v, "a secret text").Means("A secret that every request must carry.");
///     }
/// }
/// </code>
/// </remarks>
public abstract partial class SettingTable<TOptions> : ISettingTable
    where TOptions : class, new()
{
    private readonly List<Setting<TOptions>> _rows = [];
    private ScalarSetting<TOptions>? _kindRow;
    private IReadOnlyList<string> _kinds = [];

    /// <summary>Begins a table without rows.</summary>
    /// <param name="title">What one such section is, such as <c>listener</c>; no two tables of a schema have the same.</param>
    /// <param name="meaning">A sentence on what such a section is for.</param>
    protected SettingTable(string title, string meaning)
    {
        Title = title;
        Meaning = meaning;
    }

    string ISettingTable.Title => Title;
    string ISettingTable.Meaning => Meaning;
    string? ISettingTable.Example => Example;
    IReadOnlyList<ISetting> ISettingTable.Rows => _rows;
    ISetting? ISettingTable.KindRow => _kindRow;
    IReadOnlyList<string> ISettingTable.Kinds => _kinds;
    bool ISettingTable.RefusesForeignByName => RefusesForeignByName;
    bool ISettingTable.MayBeDefault(ISetting row) => MayBeDefault(row);

    internal string Title { get; }

    internal string Meaning { get; }

    internal string? Example { get; private protected init; }

    /// <summary>True when a setting of another kind is a mistake even with its default, since that would be a promise that nothing keeps.</summary>
    private protected virtual bool RefusesForeignByName => false;

    /// <summary>What to say of a setting that belongs to other kinds than this section's.</summary>
    private protected virtual string RefuseForeign(Setting<TOptions> row, string kind) => $"has no meaning for {kind}: remove it";

    internal void Read(MappingReader section, ReadContext context, TOptions options)
    {
        // First, because a misspelt kind must not make the settings of the other one mistakes too.
        section.RefuseOthers([.. _rows.Select(row => row.Name)]);
        _kindRow?.Read(section, context, options);
        bool isKnown = _kindRow is null || !context.IsSuspect(section.PathOf(_kindRow.Name));
        string? kind = FindKind(options);
        foreach (Setting<TOptions> row in _rows.Where(row => row != _kindRow))
        {
            if (row.Kinds.Count == 0 || (isKnown && row.IsOf(kind)))
            {
                row.Read(section, context, options);
            }
            else if (!section.IsOwn(row.Name))
            {
                // A default for sections of other kinds, or nothing.
            }
            else if (!isKnown)
            {
                // Whether it belongs here cannot be told, only its form can.
                row.Read(section, context, new TOptions());
            }
            else if (!RefusesForeignByName)
            {
                row.Read(section, context, options);
            }
            else if (section.Find(row.Name) is not null)
            {
                context.Refuse(section.PathOf(row.Name), RefuseForeign(row, kind!));
            }
        }
    }

    /// <summary>Checks what a document says for all sections of this table, as far as that can be told without one of them.</summary>
    internal void ReadDefaults(MappingReader section, ReadContext context)
    {
        section.RefuseOthers([.. _rows.Select(row => row.Name)]);
        foreach (Setting<TOptions> row in _rows.Where(row => section.IsOwn(row.Name)))
        {
            if (MayBeDefault(row))
            {
                row.Read(section, context, new TOptions());
            }
            else
            {
                context.Refuse(section.PathOf(row.Name), $"has no default: each {Title} section says it itself");
            }
        }
    }

    /// <summary>False for what makes a section the one that it is: what is required, its kind, and what is inside it by name.</summary>
    internal bool MayBeDefault(ISetting row) => !row.IsRequired && !row.IsNamed && row != _kindRow;

    internal void Validate(string path, TOptions options, ValidationContext context)
    {
        string? kind = FindKind(options);
        foreach (Setting<TOptions> row in _rows)
        {
            if (!row.IsOf(kind))
            {
                if (row.IsSet(options))
                {
                    context.Refuse(ConfigurationText.Join(path, row.Name), RefuseForeign(row, kind!));
                }
            }
            else if (!row.IsLast)
            {
                row.Validate(path, options, context);
            }
        }

        foreach (Setting<TOptions> row in _rows.Where(row => row.IsLast && row.IsOf(kind)))
        {
            row.Validate(path, options, context);
        }
    }

    internal TOptions Copy(TOptions source)
    {
        var copy = new TOptions();
        _rows.ForEach(row => row.Copy(source, copy));
        return copy;
    }

    internal void Compare(string path, TOptions before, TOptions after, ChangeList changes) => _rows.ForEach(row => row.Compare(path, before, after, changes));

    /// <summary>The section as a document has it: what differs from the defaults, and what is required.</summary>
    internal ConfigurationNode Write(TOptions options)
    {
        string? kind = FindKind(options);
        var entries = new List<ConfigurationEntry>();
        foreach (Setting<TOptions> row in _rows.Where(row => row.IsOf(kind)))
        {
            if (row.Write(options) is ConfigurationNode node)
            {
                entries.Add(new ConfigurationEntry(row.Name, node));
            }
        }

        return ConfigurationNode.Mapping(entries);
    }

    /// <summary>Every value that is in force, in one line.</summary>
    internal string Describe(TOptions options)
    {
        string? kind = FindKind(options);
        return string.Join(", ", _rows
            .Where(row => row.IsOf(kind) && row.Describe(options) is not null)
            .Select(row => $"{row.Name} {row.Describe(options)}"));
    }

    internal bool IsAnythingSet(TOptions options) => _rows.Exists(row => row.IsSet(options));

    /// <summary>The default of a row in words: of the first kind, then of those that differ from it.</summary>
    internal string DescribeDefault(ScalarSetting<TOptions> row, string unset)
    {
        (string Kind, string Value)[] defaults = [.. DefaultsOf(row).Select(one => (one.Kind, one.Value ?? unset))];
        return string.Join(", ", defaults
            .Where((one, i) => i == 0 || one.Value != defaults[0].Value)
            .Select((one, i) => i == 0 ? one.Value : $"{one.Kind} {one.Value}"));
    }

    internal bool HasOneDefault(ScalarSetting<TOptions> row) => DefaultsOf(row).Select(one => one.Value).Distinct().Count() == 1;

    private IEnumerable<(string Kind, string? Value)> DefaultsOf(ScalarSetting<TOptions> row)
    {
        IEnumerable<string> kinds = row == _kindRow ? [] : _kinds.Where(row.IsOf);
        foreach (string kind in kinds.DefaultIfEmpty(""))
        {
            var options = new TOptions();
            if (kind.Length > 0)
            {
                _kindRow!.Take(kind, options);
            }

            yield return (kind, row.Describe(options));
        }
    }

    /// <summary>Null where there are no kinds, or the value is none of them.</summary>
    private string? FindKind(TOptions options) => _kindRow?.Describe(options) is string kind && _kinds.Contains(kind) ? kind : null;
}
