// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Schema.Rows;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <content>How rows are declared.</content>
public abstract partial class SettingTable<TOptions>
{
    /// <summary>Adds a text. The empty text counts as none.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="get">The text that was set.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="expected">What may be written, such as <c>a secret text</c>.</param>
    /// <returns>The row, to say more of it.</returns>
    protected Setting<TOptions> Text(string name, Func<TOptions, string?> get, Action<TOptions, string> set, string expected) =>
        Text(name, get, set, TextForms.Any(expected));

    /// <summary>Adds a whole number.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="get">The number that was set; null for none.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="min">The smallest that is right.</param>
    /// <param name="max">The largest that is right.</param>
    /// <param name="remedy">What to say besides of a number out of the range; empty for nothing.</param>
    /// <returns>The row, to say more of it.</returns>
    protected Setting<TOptions> Number(string name, Func<TOptions, int?> get, Action<TOptions, int> set, int min, int max, string remedy = "") =>
        Add(new ValueSetting<TOptions, int>(name, new IntegerForm(new IntegerRange(min, max), remedy), get, set, null));

    /// <summary>Adds a duration.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="get">The duration that was set; null for none.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="min">The shortest that is right, such as <c>1s</c>.</param>
    /// <param name="max">The longest that is right, such as <c>7d</c>.</param>
    /// <param name="inForce">The duration that holds, where a setting that was left out has a default of its own; null for what was set.</param>
    /// <returns>The row, to say more of it.</returns>
    protected Setting<TOptions> Duration(
        string name, Func<TOptions, TimeSpan?> get, Action<TOptions, TimeSpan> set, string min, string max, Func<TOptions, TimeSpan>? inForce = null) =>
        Duration(name, get, set, new DurationForm(DurationRange.Parse(min, max)), inForce);

    /// <summary>Adds a truth value.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="get">The value that was set; null for none.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="inForce">The value that holds, where a setting that was left out has a default of its own; null for what was set.</param>
    /// <returns>The row, to say more of it.</returns>
    protected Setting<TOptions> Truth(string name, Func<TOptions, bool?> get, Action<TOptions, bool> set, Func<TOptions, bool>? inForce = null) =>
        Add(new ValueSetting<TOptions, bool>(name, new TruthForm(), get, set, inForce));

    /// <summary>Adds one word of a few: the names of an enumeration, in lower case.</summary>
    /// <typeparam name="TValue">The enumeration.</typeparam>
    /// <param name="name">The setting.</param>
    /// <param name="get">The word that was set; null for none.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="inForce">The word that holds, where a setting that was left out has a default of its own; null for what was set.</param>
    /// <returns>The row, to say more of it.</returns>
    protected Setting<TOptions> Word<TValue>(string name, Func<TOptions, TValue?> get, Action<TOptions, TValue> set, Func<TOptions, TValue>? inForce = null)
        where TValue : struct, Enum =>
        Add(new ValueSetting<TOptions, TValue>(name, new WordForm<TValue>(), get, set, inForce));

    private protected Setting<TOptions> Duration(
        string name, Func<TOptions, TimeSpan?> get, Action<TOptions, TimeSpan> set, DurationForm form, Func<TOptions, TimeSpan>? inForce = null) =>
        Add(new ValueSetting<TOptions, TimeSpan>(name, form, get, set, inForce));

    private protected Setting<TOptions> Text(
        string name, Func<TOptions, string?> get, Action<TOptions, string> set, TextForm form, Func<TOptions, string?>? inForce = null) =>
        Add(new TextSetting<TOptions>(name, form, get, set, inForce));

    /// <summary>Adds a list of texts.</summary>
    private protected Setting<TOptions> Texts(string name, Func<TOptions, IList<string>> get, TextForm form, int most) =>
        Add(new TextListSetting<TOptions>(name, form, get, most));

    /// <summary>Adds the word that tells which kind a section is; the settings of other kinds are no part of it.</summary>
    private protected Setting<TOptions> Kind<TValue>(string name, Func<TOptions, TValue> get, Action<TOptions, TValue> set)
        where TValue : struct, Enum
    {
        var form = new WordForm<TValue>();
        _kinds = form.Words;
        var row = new ValueSetting<TOptions, TValue>(name, form, options => get(options), set, null);
        _kindRow = row;
        return Add(row);
    }

    /// <summary>Adds a section inside this one.</summary>
    private protected Setting<TOptions> Section<TInner>(
        string name,
        Func<TOptions, TInner?> get,
        Action<TOptions, TInner?> set,
        SettingTable<TInner> table,
        string example,
        SectionWords words = SectionWords.None)
        where TInner : class, new() =>
        Add(new SectionSetting<TOptions, TInner>(name, get, set, table, example, words));

    /// <summary>Adds a list of sections.</summary>
    private protected Setting<TOptions> Sections<TInner>(
        string name, Func<TOptions, IList<TInner>> get, SettingTable<TInner> table, string example, int most)
        where TInner : class, new() =>
        Add(new SectionListSetting<TOptions, TInner>(name, get, table, example, most));

    /// <summary>Adds sections with names that the author of a document chooses.</summary>
    private protected NamedSetting<TOptions, TInner> Named<TInner>(
        string name, Func<TOptions, IDictionary<string, TInner>> get, SettingTable<TInner> table, string example, Func<TInner, string> describe)
        where TInner : class, new()
    {
        var row = new NamedSetting<TOptions, TInner>(name, get, table, example, describe);
        _rows.Add(row);
        return row;
    }

    /// <summary>Adds a row that was made elsewhere, before another.</summary>
    private protected void Insert(string before, Setting<TOptions> row) => _rows.Insert(_rows.FindIndex(one => one.Name == before), row);

    private ScalarSetting<TOptions> Add(ScalarSetting<TOptions> row)
    {
        row.Table = this;
        _rows.Add(row);
        return row;
    }

    /// <summary>Adds a row that was made elsewhere.</summary>
    private protected Setting<TOptions> Add(Setting<TOptions> row)
    {
        _rows.Add(row);
        return row;
    }
}
