// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>Whole numbers of a range.</summary>
/// <param name="range">The legal ones.</param>
/// <param name="remedy">What to say of others besides; empty for nothing.</param>
internal sealed class IntegerForm(IntegerRange range, string remedy) : ValueForm<int>
{
    public override string Values => string.Create(CultureInfo.InvariantCulture, $"{range.Min} to {range.Max}");

    public override string Expected(int? example) => $"a whole number {range}";

    public override bool TryParse(string text, ReadContext context, out int value, out string problem) =>
        IntegerText.TryParse(text, range, out value, out problem);

    public override string? Refuse(int value) => range.Contains(value) ? null : range.Refuse(Format(value)) + remedy;

    public override string Format(int value) => value.ToString(CultureInfo.InvariantCulture);

    public override ConfigurationNode Write(int value) => ConfigurationNode.Plain(Format(value));

    public override JsonValue WriteJson(int value) => JsonValue.Create(value);

    public override JsonObject WriteSchema() => new() { ["type"] = "integer", ["minimum"] = range.Min, ["maximum"] = range.Max };
}
