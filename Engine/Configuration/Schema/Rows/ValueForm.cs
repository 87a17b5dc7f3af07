// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>How values of one type are written in documents, and which of them are right.</summary>
internal abstract class ValueForm<TValue>
    where TValue : struct
{
    /// <summary>What may be written, for people.</summary>
    public abstract string Values { get; }

    /// <summary>What a reader that met something else expected.</summary>
    public abstract string Expected(TValue? example);

    /// <summary>Reads a value; when the text is none, <paramref name="problem"/> says what to write instead. Misses of a range are
    /// <see cref="Refuse"/>'s.</summary>
    public abstract bool TryParse(string text, ReadContext context, out TValue value, out string problem);

    /// <summary>What is wrong with a value; null when nothing is.</summary>
    public abstract string? Refuse(TValue value);

    public abstract string Format(TValue value);

    public abstract JsonObject WriteSchema();

    public virtual ConfigurationNode Write(TValue value) => ConfigurationNode.Scalar(Format(value));

    public virtual JsonValue WriteJson(TValue value) => JsonValue.Create(Format(value));
}
