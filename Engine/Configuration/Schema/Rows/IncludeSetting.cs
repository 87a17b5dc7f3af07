// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Schema.Papers;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>A row that only a file has: who reads the file puts what it includes in the place of it. A document that comes from elsewhere has no folder
/// in which to look.</summary>
internal sealed class IncludeSetting() : DocumentSetting("include")
{
    private protected override string Values => "PATH, list of PATH";

    internal override void Read(MappingReader section, ReadContext context, LoadBalancerOptions options)
    {
        if (section.Find(Name) is not null)
        {
            context.Refuse(section.PathOf(Name), "is for the files of lb: write what the other file says here");
        }
    }

    private protected override JsonObject WriteSchema(SchemaDefinitions definitions) => new()
    {
        ["type"] = new JsonArray("string", "array"),
        ["minLength"] = 1,
        ["items"] = new JsonObject { ["type"] = "string", ["minLength"] = 1 },
    };
}
