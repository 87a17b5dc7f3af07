// SPDX-License-Identifier: MIT
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LbEngine.ConsoleHost.Client;

/// <summary>Whether a reply has everything that its message promises, so that nothing is null where the code that shows it expects something.</summary>
/// <remarks>
/// What answers at an address need not be a balancer. The serializer itself lets a missing member be null or 0, and nulls be members of lists. What may be
/// absent is what the message declares as nullable, or with a default value: fields that a later version adds have one.
/// </remarks>
internal static class ReplyShape
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads a reply; null when it is none of these messages.</summary>
    public static T? Read<T>(byte[] reply, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(reply, Strict);
            return Fits(document.RootElement, type) ? document.RootElement.Deserialize(type) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool Fits(JsonElement reply, JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object => reply.ValueKind == JsonValueKind.Object && type.Properties.All(property => Fits(reply, property, type)),
        JsonTypeInfoKind.Enumerable => reply.ValueKind == JsonValueKind.Array && reply.EnumerateArray().All(element => Fits(element, Inner(type))),
        JsonTypeInfoKind.Dictionary => reply.ValueKind == JsonValueKind.Object && reply.EnumerateObject().All(one => Fits(one.Value, Inner(type))),
        _ => reply.ValueKind != JsonValueKind.Null,
    };

    private static bool Fits(JsonElement reply, JsonPropertyInfo property, JsonTypeInfo owner) =>
        reply.TryGetProperty(property.Name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? Fits(value, owner.Options.GetTypeInfo(property.PropertyType))
            : MayBeAbsent(property);

    private static bool MayBeAbsent(JsonPropertyInfo property) =>
        property.AssociatedParameter is not { HasDefaultValue: false, IsMemberInitializer: false }
        || (property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is not null : property.IsGetNullable);

    private static JsonTypeInfo Inner(JsonTypeInfo type) => type.Options.GetTypeInfo(type.ElementType!);
}
