// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LbEngine.Configuration.Serialization;

/// <summary>Writes an address without a port as text, such as <c>10.0.0.1</c> or <c>2001:db8::1</c>, and reads it.</summary>
/// <remarks><inheritdoc cref="IPEndPointJsonConverter" path="/remarks"/></remarks>
public sealed class IPAddressJsonConverter : JsonConverter<IPAddress>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The text is no address.</exception>
    public override IPAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => ReadOne(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStringValue(value.ToString());
    }

    internal static IPAddress ReadOne(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && IPAddress.TryParse(reader.GetString(), out IPAddress? address)
            ? address
            : throw new JsonException("An address was expected, such as \"10.0.0.1\" or \"2001:db8::1\".");
}
