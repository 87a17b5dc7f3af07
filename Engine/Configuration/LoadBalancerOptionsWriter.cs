// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Schema;

namespace LbEngine.Configuration;

/// <summary>Writes options as a document that <see cref="LoadBalancerOptionsReader"/> reads back to the same options.</summary>
/// <remarks>
/// What is required and what differs from its default is written, in the order of the page of settings. Durations are written in whole milliseconds,
/// as the engine counts
/// them. Nothing is checked: options with mistakes become a document with the same mistakes.
/// </remarks>
public static class LoadBalancerOptionsWriter
{
    /// <summary>Writes YAML, with two blanks for each level; sections of a few plain settings are one line in braces.</summary>
    /// <param name="options">The options; they are not changed.</param>
    /// <param name="hostSections">Sections of the host that are written too, as they were read into these options; null for none.</param>
    public static string ToYaml(LoadBalancerOptions options, IReadOnlyList<HostSection>? hostSections = null) => YamlText.Write(ToTree(options, hostSections));

    /// <summary>Writes JSON, with two blanks for each level.</summary>
    /// <param name="options">The options; they are not changed.</param>
    /// <param name="hostSections">Sections of the host that are written too, as they were read into these options; null for none.</param>
    public static string ToJson(LoadBalancerOptions options, IReadOnlyList<HostSection>? hostSections = null) => JsonText.Write(ToTree(options, hostSections));

    private static ConfigurationNode ToTree(LoadBalancerOptions options, IReadOnlyList<HostSection>? hostSections)
    {
        ArgumentNullException.ThrowIfNull(options);
        return RootSettings.With(hostSections).Write(options);
    }
}
