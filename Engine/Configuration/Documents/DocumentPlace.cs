// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Documents;

/// <summary>Where something is written.</summary>
/// <param name="Line">From 1; null where there are no lines.</param>
/// <param name="File">Null for the document itself.</param>
internal readonly record struct DocumentPlace(int? Line, string? File)
{
    /// <summary>Where a node begins.</summary>
    public static DocumentPlace Of(ConfigurationNode node) => new(node.Line, node.File);

    /// <summary>Where the name of an entry is.</summary>
    public static DocumentPlace Of(ConfigurationEntry entry) => new(entry.Line ?? entry.Value.Line, entry.Value.File);

    public override string ToString() => File is null ? $"on line {Line}" : $"in {File} on line {Line}";
}
