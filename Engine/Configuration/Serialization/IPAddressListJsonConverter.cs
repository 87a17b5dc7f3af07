// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LbEngine.Configuration.Serialization;

/// <summary>Writes a list of addresses as an array of texts, each as <see cref="IPAddressJsonConverter"/> does, and reads it.</summary>
/// <remarks><inheritdoc cref="IPEndPointJsonConverter" path="/remarks"/></remarks>
public sealed class IPAddressListJsonConverter : JsonConverter<IReadOnlyList<IPAddress>>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">It is no array of addresses.</exception>
    public override IReadOnlyList<IPAddress> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("An array of addresses was expected, such as [\"10.0.0.1\"].");
        }

        var addresses = new List<IPAddress>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            addresses.Add(IPAddressJsonConverter.ReadOne(ref reader));
        }

        return addresses;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<IPAddress> value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStartArray();
        foreach (IPAddress address in value)
        {
            writer.WriteStringValue(address.ToString());
        }

        writer.WriteEndArray();
    }
}
