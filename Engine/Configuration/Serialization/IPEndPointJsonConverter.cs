// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LbEngine.Configuration.Serialization;

/// <summary>Writes an address with its port as text, such as <c>10.0.0.1:80</c> or <c>[2001:db8::1]:80</c>, and reads it.</summary>
/// <remarks>The properties of the library name it themselves. Public, because a source generated context of yours makes one.</remarks>
public sealed class IPEndPointJsonConverter : JsonConverter<IPEndPoint>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The text is no address with a port.</exception>
    public override IPEndPoint Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";

        // Without a colon behind the address the runtime would take port 0.
        bool hasPort = text.LastIndexOf(':') > text.LastIndexOf(']') && (text.StartsWith('[') || text.IndexOf(':') == text.LastIndexOf(':'));
        return hasPort && IPEndPoint.TryParse(text, out IPEndPoint? endPoint)
            ? endPoint
            : throw new JsonException("An address with a port was expected, such as \"10.0.0.1:80\" or \"[2001:db8::1]:80\".");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IPEndPoint value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStringValue(value.ToString());
    }
}
