// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Schema.Papers;

/// <summary>A table as papers see it.</summary>
internal interface ISettingTable
{
    /// <summary>What one such section is, such as <c>listener</c>. Unique among the tables of a schema.</summary>
    string Title { get; }

    string Meaning { get; }

    /// <summary>A section as somebody would write it, in YAML; null for none.</summary>
    string? Example { get; }

    IReadOnlyList<ISetting> Rows { get; }

    /// <summary>The row whose value tells which kind a section is; null where there are no kinds.</summary>
    ISetting? KindRow { get; }

    /// <summary>All kinds, the default first.</summary>
    IReadOnlyList<string> Kinds { get; }

    /// <summary>True when a setting of another kind is a mistake even with its default.</summary>
    bool RefusesForeignByName { get; }

    /// <summary>Whether a document may say a setting once for all such sections.</summary>
    bool MayBeDefault(ISetting row);
}
