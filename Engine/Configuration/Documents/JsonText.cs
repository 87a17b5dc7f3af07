// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LbEngine.Configuration.Documents;

/// <summary>Writes JSON text that people can read.</summary>
internal static class JsonText
{
    // The text is a file of its own, never part of a page: quotes and signs of other languages stay as they are.
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(JsonNode node) => Write(writer => node.WriteTo(writer));

    public static string Write(ConfigurationNode node) => Write(writer => Write(node, writer));

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Options))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static void Write(ConfigurationNode node, Utf8JsonWriter writer)
    {
        if (node.Kind == ConfigurationNodeKind.Mapping)
        {
            writer.WriteStartObject();
            foreach (ConfigurationEntry entry in node.Entries)
            {
                writer.WritePropertyName(entry.Key);
                Write(entry.Value, writer);
            }

            writer.WriteEndObject();
        }
        else if (node.Kind == ConfigurationNodeKind.Sequence)
        {
            writer.WriteStartArray();
            foreach (ConfigurationNode item in node.Items)
            {
                Write(item, writer);
            }

            writer.WriteEndArray();
        }
        else if (node.IsPlain)
        {
            writer.WriteRawValue(node.Text);
        }
        else
        {
            writer.WriteStringValue(node.Text);
        }
    }
}
