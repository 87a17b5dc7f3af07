// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>True or false.</summary>
internal sealed class TruthForm : ValueForm<bool>
{
    private static readonly string[] Words = ["true", "false"];

    public override string Values => "true, false";

    public override string Expected(bool? example) => $"one of {Values}";

    public override bool TryParse(string text, ReadContext context, out bool value, out string problem)
    {
        value = context.KeyComparer.Equals(Words[0], text);
        bool isTruth = value || context.KeyComparer.Equals(Words[1], text);
        problem = isTruth ? "" : $"must be one of {Values}, was {ConfigurationText.Quote(text)}{context.Suggest(text, Words)}";
        return isTruth;
    }

    public override string? Refuse(bool value) => null;

    public override string Format(bool value) => value ? Words[0] : Words[1];

    public override ConfigurationNode Write(bool value) => ConfigurationNode.Plain(Format(value));

    public override JsonValue WriteJson(bool value) => JsonValue.Create(value);

    public override JsonObject WriteSchema() => new() { ["type"] = "boolean" };
}
