// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>A row whose value is a number, a duration, a word or a truth value.</summary>
/// <param name="name">The setting.</param>
/// <param name="form">How values are written, and which are right.</param>
/// <param name="get">The value that was set; null for none.</param>
/// <param name="set">Sets the value.</param>
/// <param name="inForce">The value that holds, where that is more than what was set; null for the same.</param>
internal sealed class ValueSetting<TOptions, TValue>(
    string name, ValueForm<TValue> form, Func<TOptions, TValue?> get, Action<TOptions, TValue> set, Func<TOptions, TValue>? inForce)
    : ScalarSetting<TOptions>(name)
    where TOptions : class, new()
    where TValue : struct
{
    private protected override string Values => form.Values;

    private protected override bool IsRequiredInDocuments => Remedy is not null;

    internal override bool IsSet(TOptions options) => get(options) is TValue value && !IsDefault(value);

    internal override void Copy(TOptions from, TOptions to)
    {
        if (get(from) is TValue value)
        {
            set(to, value);
        }
    }

    internal override ConfigurationNode? Write(TOptions options) =>
        get(options) is TValue value && (Remedy is not null || !IsDefault(value)) ? form.Write(value) : null;

    internal override string? Describe(TOptions options) => InForce(options) is TValue value ? form.Format(value) : null;

    private protected override void ValidateValue(string ownPath, TOptions options, ValidationContext context)
    {
        if (get(options) is TValue value && form.Refuse(value) is string problem)
        {
            context.Refuse(ownPath, problem);
        }
    }

    private protected override string Expected(TOptions options) => form.Expected(InForce(options) ?? InForce(new TOptions()));

    private protected override bool TryRead(string text, ReadContext context, TOptions options, out string problem)
    {
        if (form.TryParse(text, context, out TValue value, out problem))
        {
            set(options, value);
        }

        return problem.Length == 0;
    }

    private protected override bool IsSame(TOptions before, TOptions after) => Nullable.Equals(InForce(before), InForce(after));

    private protected override JsonObject WriteSchema() => form.WriteSchema();

    private protected override JsonValue? WriteDefault() =>
        Table!.HasOneDefault(this) && InForce(new TOptions()) is TValue value ? form.WriteJson(value) : null;

    private bool IsDefault(TValue value) => get(new TOptions()) is TValue untouched && value.Equals(untouched);

    private TValue? InForce(TOptions options) => inForce is null ? get(options) : inForce(options);
}
