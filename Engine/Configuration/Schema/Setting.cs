// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Schema.Papers;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>One row of a <see cref="SettingTable{TOptions}"/>: what a setting is called, what it may be, what it means, and how it is read and
/// written.</summary>
/// <typeparam name="TOptions">The options that the setting belongs to.</typeparam>
/// <remarks>Made by the table's own methods, such as <c>Text</c>. From a row come reading, errors, checks, copies, comparison, documents, the page of
/// settings and the schema for editors.</remarks>
public abstract class Setting<TOptions> : ISetting
    where TOptions : class, new()
{
    private Action<TOptions, SettingCheck>? _check;

    private protected Setting(string name) => Name = name;

    internal string Name { get; }

    /// <summary>The kinds of the section (<c>tcp</c>, <c>http</c>) that have this setting; empty for all.</summary>
    internal IReadOnlyList<string> Kinds { get; private set; } = [];

    /// <summary>A setting that is bounded by others is judged once they are.</summary>
    internal bool IsLast { get; private set; }

    /// <summary>What to write, where a section without this setting is wrong; null where it may be left out.</summary>
    internal Func<SettingCheck?, string>? Remedy { get; private set; }

    string ISetting.Name => Name;
    IReadOnlyList<string> ISetting.Kinds => Kinds;
    bool ISetting.IsRequired => Remedy is not null;
    string ISetting.Meaning => Meaning;
    string? ISetting.Note => Note;
    string? ISetting.Purpose => Purpose;
    string ISetting.Values => Values;
    string ISetting.Default => Default;
    ISettingTable? ISetting.Inner => Inner;
    bool ISetting.IsNamed => IsNamed;

    private protected string Meaning { get; private set; } = "";
    private protected string? Note { get; private set; }
    private protected string? Purpose { get; private set; }

    /// <summary>What stands for a setting that was left out and has no value then.</summary>
    private protected string UnsetText { get; private set; } = "none";

    private protected abstract string Values { get; }
    private protected abstract string Default { get; }
    private protected virtual ISettingTable? Inner => null;
    private protected virtual bool IsNamed => false;

    /// <summary>Says in one sentence what the setting does.</summary>
    /// <param name="sentence">Such as <c>The idle time-out once one side has sent its end.</c></param>
    /// <returns>The same row.</returns>
    public Setting<TOptions> Means(string sentence)
    {
        Meaning = sentence;
        return this;
    }

    /// <summary>Adds what is good to know besides: where a default comes from, when not to use the setting.</summary>
    /// <param name="note">One or more sentences.</param>
    /// <returns>The same row.</returns>
    public Setting<TOptions> Noting(string note)
    {
        Note = note;
        return this;
    }

    /// <summary>Says what somebody wants who looks for this setting.</summary>
    /// <param name="purpose">The end of "I want to ...", such as <c>limit the connections of one client</c>.</param>
    /// <returns>The same row.</returns>
    public Setting<TOptions> For(string purpose)
    {
        Purpose = purpose;
        return this;
    }

    /// <summary>Says what holds when the setting is left out and has no value then. Default <c>none</c>.</summary>
    /// <param name="text">Such as <c>unlimited</c>.</param>
    /// <returns>The same row.</returns>
    public Setting<TOptions> Unset(string text)
    {
        UnsetText = text;
        return this;
    }

    /// <summary>Makes it a mistake to leave the setting out.</summary>
    /// <param name="remedy">What to write, such as <c>write an address and a port</c>.</param>
    /// <returns>The same row.</returns>
    public Setting<TOptions> Required(string remedy) => Required(_ => remedy);

    /// <summary>Adds a check that is about more than the value alone. It is called where the value alone is right.</summary>
    /// <param name="check">Gets the options of the section, and tells mistakes to its second argument.</param>
    /// <returns>The same row.</returns>
    public Setting<TOptions> Check(Action<TOptions, SettingCheck> check)
    {
        _check = check;
        return this;
    }

    internal Setting<TOptions> Required(Func<SettingCheck?, string> remedy)
    {
        Remedy = remedy;
        return this;
    }

    /// <summary>The setting belongs to these kinds of the section alone.</summary>
    internal Setting<TOptions> Only(params string[] kinds)
    {
        Kinds = kinds;
        return this;
    }

    internal Setting<TOptions> Last()
    {
        IsLast = true;
        return this;
    }

    internal bool IsOf(string? kind) => Kinds.Count == 0 || kind is null || Kinds.Contains(kind);

    internal void Validate(string path, TOptions options, ValidationContext context)
    {
        int mistakes = context.Errors.Count;
        ValidateValue(ConfigurationText.Join(path, Name), options, context);
        if (context.Errors.Count == mistakes || IsNamed)
        {
            _check?.Invoke(options, new SettingCheck(context, path, Name));
        }
    }

    internal abstract void Read(MappingReader section, ReadContext context, TOptions options);

    private protected abstract void ValidateValue(string ownPath, TOptions options, ValidationContext context);

    /// <summary>True when somebody has set more than nothing: a mistake in a section of another kind.</summary>
    internal abstract bool IsSet(TOptions options);

    internal abstract void Copy(TOptions from, TOptions to);

    internal abstract void Compare(string path, TOptions before, TOptions after, ChangeList changes);

    /// <summary>What a document says of it; null where nothing has to be said.</summary>
    internal abstract ConfigurationNode? Write(TOptions options);

    /// <summary>The value that is in force, as one text; null when there is none.</summary>
    internal abstract string? Describe(TOptions options);

    /// <summary>The value's part of the schema for editors.</summary>
    private protected abstract JsonObject WriteSchema(SchemaDefinitions definitions);

    JsonObject ISetting.WriteSchema(SchemaDefinitions definitions) => WriteSchema(definitions);
}
