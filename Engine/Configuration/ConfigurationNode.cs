// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>A configuration document of any format as a neutral tree: what <see cref="LoadBalancerOptionsReader"/> reads.</summary>
/// <remarks>Immutable. A mapping keeps its entries in order and keeps names that were written twice, so that the reader can report them.</remarks>
public sealed class ConfigurationNode
{
    private ConfigurationNode(
        ConfigurationNodeKind kind, string text, IReadOnlyList<ConfigurationEntry> entries, IReadOnlyList<ConfigurationNode> items, int? line)
    {
        Kind = kind;
        Text = text;
        Entries = entries;
        Items = items;
        Line = line;
    }

    /// <summary>What this node is.</summary>
    public ConfigurationNodeKind Kind { get; }

    /// <summary>The text of a scalar as it was written; empty for every other kind.</summary>
    public string Text { get; }

    /// <summary>True for a scalar that is no text: a number or a truth value, which JSON writes without quotes.</summary>
    internal bool IsPlain { get; private init; }

    /// <summary>The entries of a mapping in order; empty for every other kind.</summary>
    public IReadOnlyList<ConfigurationEntry> Entries { get; }

    /// <summary>The items of a sequence in order; empty for every other kind.</summary>
    public IReadOnlyList<ConfigurationNode> Items { get; }

    /// <summary>The line where this node begins, from 1; null when there is none.</summary>
    public int? Line { get; }

    /// <summary>The file that this node was written in; null for the document itself, or where there are no files.</summary>
    public string? File { get; private init; }

    /// <summary>The same node, and all inside it, with the name of the file that they were written in; what has one already keeps it.</summary>
    /// <param name="file">The file, as people find it in messages; null changes nothing.</param>
    public ConfigurationNode InFile(string? file) => file is null || File is not null
        ? this
        : new(Kind, Text, [.. Entries.Select(entry => entry with { Value = entry.Value.InFile(file) })], [.. Items.Select(item => item.InFile(file))], Line)
        {
            IsPlain = IsPlain,
            File = file,
        };

    /// <summary>Makes a node for "nothing was written".</summary>
    public static ConfigurationNode Null(int? line = null) => new(ConfigurationNodeKind.Null, "", [], [], line);

    /// <summary>Makes a node for one text, number or truth value.</summary>
    public static ConfigurationNode Scalar(string text, int? line = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(ConfigurationNodeKind.Scalar, text, [], [], line);
    }

    internal static ConfigurationNode Plain(string text) => new(ConfigurationNodeKind.Scalar, text, [], [], null) { IsPlain = true };

    /// <summary>Makes a node for a list.</summary>
    public static ConfigurationNode Sequence(IReadOnlyList<ConfigurationNode> items, int? line = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new(ConfigurationNodeKind.Sequence, "", [], items, line);
    }

    /// <summary>Makes a node for names with values.</summary>
    public static ConfigurationNode Mapping(IReadOnlyList<ConfigurationEntry> entries, int? line = null)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return new(ConfigurationNodeKind.Mapping, "", entries, [], line);
    }
}
