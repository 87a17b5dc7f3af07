// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>A row whose value is a text. The empty text and null are none.</summary>
internal sealed class TextSetting<TOptions>(
    string name, TextForm form, Func<TOptions, string?> get, Action<TOptions, string> set, Func<TOptions, string?>? inForce)
    : ScalarSetting<TOptions>(name)
    where TOptions : class, new()
{
    private protected override string Values => form.Values;

    internal override bool IsSet(TOptions options) => get(options) is string value && value != get(new TOptions());

    internal override void Copy(TOptions from, TOptions to)
    {
        if (get(from) is string value)
        {
            set(to, value);
        }
    }

    internal override ConfigurationNode? Write(TOptions options) =>
        get(options) is { Length: > 0 } value && (Remedy is not null || value != get(new TOptions())) ? ConfigurationNode.Scalar(value) : null;

    internal override string? Describe(TOptions options) => InForce(options) is { Length: > 0 } value ? value : null;

    private protected override void ValidateValue(string ownPath, TOptions options, ValidationContext context)
    {
        string? value = get(options);
        if (string.IsNullOrEmpty(value) && Remedy is not null)
        {
            context.Refuse(ownPath, $"is required: {Remedy(new SettingCheck(context, "", Name))}");
        }
        else if ((value is null ? null : form.Refuse(value)) is string problem)
        {
            context.Refuse(ownPath, problem);
        }
    }

    private protected override string Expected(TOptions options) => form.Expected;

    private protected override bool TryRead(string text, ReadContext context, TOptions options, out string problem)
    {
        // What the text means is judged with all other options, wherever they came from.
        problem = "";
        set(options, text);
        return true;
    }

    private protected override bool IsSame(TOptions before, TOptions after) => string.Equals(InForce(before), InForce(after), StringComparison.Ordinal);

    private protected override JsonObject WriteSchema()
    {
        JsonNode type = form.MayBeNumber ? new JsonArray("string", "integer") : JsonValue.Create("string");
        var schema = new JsonObject { ["type"] = type, ["minLength"] = 1 };
        if (form.Pattern is string pattern)
        {
            schema["pattern"] = pattern;
        }

        if (form.Suggestions.Count > 0)
        {
            schema["examples"] = new JsonArray([.. form.Suggestions.Select(text => JsonValue.Create(text))]);
        }

        return schema;
    }

    private protected override JsonValue? WriteDefault() => InForce(new TOptions()) is { Length: > 0 } value ? JsonValue.Create(value) : null;

    private string? InForce(TOptions options) => inForce is null ? get(options) : inForce(options);
}
