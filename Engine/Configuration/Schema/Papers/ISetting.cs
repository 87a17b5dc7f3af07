// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;

namespace LbEngine.Configuration.Schema.Papers;

/// <summary>A row as papers see it: the page of settings and the schema for editors.</summary>
internal interface ISetting
{
    string Name { get; }

    /// <summary>The kinds of the section that have it; empty for all.</summary>
    IReadOnlyList<string> Kinds { get; }

    bool IsRequired { get; }

    string Meaning { get; }

    string? Note { get; }

    string? Purpose { get; }

    /// <summary>What may be written, in words.</summary>
    string Values { get; }

    /// <summary>What holds when nothing is written, in words.</summary>
    string Default { get; }

    /// <summary>The table of what is inside it; null for a plain value.</summary>
    ISettingTable? Inner { get; }

    /// <summary>True when <see cref="Inner"/> is for each of any number of names.</summary>
    bool IsNamed { get; }

    JsonObject WriteSchema(SchemaDefinitions definitions);
}
