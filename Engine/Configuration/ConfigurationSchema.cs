// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Schema;
using LbEngine.Configuration.Schema.Papers;

namespace LbEngine.Configuration;

/// <summary>The schema of configurations: for editors, and as a page for people. Made from the tables by which documents are read.</summary>
public static class ConfigurationSchema
{
    /// <summary>A JSON Schema (2020-12) with descriptions, defaults and ranges, for editors: they complete names and mark mistakes while somebody
    /// types.</summary>
    /// <param name="hostSections">Sections that the host adds to the engine's own; null for none.</param>
    /// <remarks>
    /// What it passes may still be wrong: that a pool exists, that durations are in their range and that addresses do not overlap, only the reader
    /// finds. It asks for
    /// numbers and truth values as such, where the reader also takes them as texts.
    /// </remarks>
    public static string ToJson(IReadOnlyList<HostSection>? hostSections = null) => JsonText.Write(SchemaDefinitions.Write(RootSettings.With(hostSections)));

    /// <summary>A page in Markdown with every setting: what it may be, its default and what it means.</summary>
    /// <param name="hostSections">Sections that the host adds to the engine's own; null for none.</param>
    public static string ToMarkdown(IReadOnlyList<HostSection>? hostSections = null) => SettingsPage.Write(RootSettings.With(hostSections));
}
