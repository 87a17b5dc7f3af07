// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Schema.Rows;

namespace LbEngine.Configuration.Schema;

/// <summary>A section that a host adds, with its table.</summary>
/// <typeparam name="TOptions">The options that the section is read into.</typeparam>
public sealed class HostSection<TOptions> : HostSection
    where TOptions : class, new()
{
    /// <summary>Declares a section.</summary>
    /// <param name="name">Its name at the root of a document; none of the engine's own.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="example">How it may be written, in braces: <c>{ bind: "unix:lb.sock" }</c>.</param>
    /// <param name="meaning">A sentence on what it is for.</param>
    /// <param name="canBeOff">True when <c>off</c> may be written in its place.</param>
    public HostSection(string name, SettingTable<TOptions> settings, string example, string meaning, bool canBeOff = false)
        : base(name)
    {
        SectionWords words = canBeOff ? SectionWords.Off : SectionWords.None;
        Row = new SectionSetting<LoadBalancerOptions, TOptions>(name, Find, (options, value) => options.HostSections[name] = value, settings, example, words)
            .Means(meaning);
    }

    internal override Setting<LoadBalancerOptions> Row { get; }

    /// <summary>What was read; fresh options when nothing was written, null for <c>off</c>.</summary>
    internal TOptions? Find(LoadBalancerOptions options) => options.HostSections.TryGetValue(Name, out object? value) ? (TOptions?)value : new TOptions();
}
