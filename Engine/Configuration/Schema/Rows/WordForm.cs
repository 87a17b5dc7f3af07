// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>One word of a few: the names of an enumeration in lower case.</summary>
internal sealed class WordForm<TValue> : ValueForm<TValue>
    where TValue : struct, Enum
{
    private readonly TValue[] _values = Enum.GetValues<TValue>();
    private readonly string[] _words = [.. Enum.GetNames<TValue>().Select(name => name.ToLowerInvariant())];

    public IReadOnlyList<string> Words => _words;

    public override string Values => string.Join(", ", _words);

    private string OneOf => $"one of {string.Join(", ", _words)}";

    public override string Expected(TValue? example) => OneOf;

    public override bool TryParse(string text, ReadContext context, out TValue value, out string problem)
    {
        int index = Array.FindIndex(_words, word => context.KeyComparer.Equals(word, text));
        value = index < 0 ? default : _values[index];
        problem = index < 0 ? $"must be {OneOf}, was {ConfigurationText.Quote(text)}{context.Suggest(text, _words)}" : "";
        return index >= 0;
    }

    public override string? Refuse(TValue value) => Array.IndexOf(_values, value) < 0 ? $"must be {OneOf}, was {value:d}" : null;

    public override string Format(TValue value) => Array.IndexOf(_values, value) is int index and >= 0 ? _words[index] : value.ToString("d");

    public override JsonObject WriteSchema() => new() { ["enum"] = new JsonArray([.. _words.Select(word => JsonValue.Create(word))]) };
}
