// SPDX-License-Identifier: MIT
using System.Text.Json;
using LbEngine.Configuration;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>Writes a tree as JSON, for a balancer that has not got the files that it came from.</summary>
internal static class TreeJson
{
    public static byte[] Write(ConfigurationNode root)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            Write(writer, root);
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, ConfigurationNode node)
    {
        switch (node.Kind)
        {
            case ConfigurationNodeKind.Scalar:
                writer.WriteStringValue(node.Text);
                break;
            case ConfigurationNodeKind.Sequence:
                writer.WriteStartArray();
                foreach (ConfigurationNode item in node.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case ConfigurationNodeKind.Mapping:
                writer.WriteStartObject();
                foreach (ConfigurationEntry entry in node.Entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
