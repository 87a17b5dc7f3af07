// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Schema.Papers;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>A row that only a file has: who reads the file puts what it includes in the place of it. A document that comes from elsewhere has no folder
/// in which to look.</summary>
internal sealed class IncludeSetting() : Setting<LoadBalancerOptions>("include")
{
    private protected override string Values => "PATH, list of PATH";

    private protected override string Default => "";

    internal override void Read(MappingReader section, ReadContext context, LoadBalancerOptions options)
    {
        if (section.Find(Name) is not null)
        {
            context.Refuse(section.PathOf(Name), "is for the files of lb: write what the other file says here");
        }
    }

    internal override bool IsSet(LoadBalancerOptions options) => false;

    internal override void Copy(LoadBalancerOptions from, LoadBalancerOptions to)
    {
    }

    internal override void Compare(string path, LoadBalancerOptions before, LoadBalancerOptions after, ChangeList changes)
    {
    }

    internal override ConfigurationNode? Write(LoadBalancerOptions options) => null;

    internal override string? Describe(LoadBalancerOptions options) => null;

    private protected override void ValidateValue(string ownPath, LoadBalancerOptions options, ValidationContext context)
    {
    }

    private protected override JsonObject WriteSchema(SchemaDefinitions definitions) => new()
    {
        ["type"] = new JsonArray("string", "array"),
        ["minLength"] = 1,
        ["items"] = new JsonObject { ["type"] = "string", ["minLength"] = 1 },
    };
}
