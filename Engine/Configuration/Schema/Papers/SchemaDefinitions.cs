// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;

namespace LbEngine.Configuration.Schema.Papers;

/// <summary>Writes tables as a JSON Schema: the root as it is, every other table as a definition that the root refers to.</summary>
internal sealed class SchemaDefinitions
{
    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";
    private const string Wrapper = "LoadBalancer";

    private readonly JsonObject _definitions = [];

    public static JsonObject Write(RootSettings root)
    {
        var definitions = new SchemaDefinitions();
        JsonObject table = definitions.WriteTable(root);
        var schema = new JsonObject { ["$schema"] = Dialect, ["title"] = "LbEngine configuration" };
        foreach ((string key, JsonNode? value) in table.ToArray())
        {
            _ = table.Remove(key);
            schema[key] = value;
        }

        AllowWrapper(schema);
        schema["$defs"] = definitions._definitions;
        return schema;
    }

    /// <summary>A reference to the definition of a table, which is written when it is first referred to.</summary>
    public JsonObject Refer(ISettingTable table)
    {
        if (!_definitions.ContainsKey(table.Title))
        {
            // Its place first, so that definitions stand in the order of the page.
            _definitions[table.Title] = null;
            _definitions[table.Title] = WriteTable(table);
        }

        return new JsonObject { ["$ref"] = $"#/$defs/{table.Title}" };
    }

    /// <summary>What may be said once for all sections of a table: of any kind, and nothing is required.</summary>
    public JsonObject WriteDefaults(ISettingTable table)
    {
        var properties = new JsonObject();
        foreach (ISetting row in table.Rows.Where(table.MayBeDefault))
        {
            JsonObject value = row.WriteSchema(this);
            value.Insert(0, "description", Describe(row));
            properties[row.Name] = value;
        }

        return new JsonObject
        {
            ["description"] = $"For each {table.Title} section that does not say it itself.",
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
    }

    private JsonObject WriteTable(ISettingTable table)
    {
        var properties = new JsonObject();
        foreach (ISetting row in table.Rows)
        {
            JsonObject value = row.WriteSchema(this);
            value.Insert(0, "description", Describe(row));
            properties[row.Name] = value;
        }

        var schema = new JsonObject { ["description"] = Plain(table.Meaning), ["type"] = "object", ["properties"] = properties };
        JsonNode[] required = [.. table.Rows.Where(row => row.IsRequired).Select(row => JsonValue.Create(row.Name))];
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray(required);
        }

        schema["additionalProperties"] = false;
        if (table.KindRow is not null)
        {
            schema["allOf"] = new JsonArray([.. table.Kinds.Select(kind => WriteKind(table, kind))]);
        }

        return schema;
    }

    /// <summary>What a section of one kind must not have.</summary>
    private static JsonObject WriteKind(ISettingTable table, string kind)
    {
        ISetting row = table.KindRow!;
        var condition = new JsonObject { ["properties"] = new JsonObject { [row.Name] = new JsonObject { ["const"] = kind } } };
        if (row.IsRequired || kind != table.Kinds[0])
        {
            // Nothing written means the default kind.
            condition["required"] = new JsonArray(row.Name);
        }

        var foreign = new JsonObject();
        foreach (ISetting other in table.Rows.Where(other => other.Kinds.Count > 0 && !other.Kinds.Contains(kind)))
        {
            foreign[other.Name] = !table.RefusesForeignByName && other.Default == "false" ? new JsonObject { ["const"] = false } : JsonValue.Create(false);
        }

        return new JsonObject { ["if"] = condition, ["then"] = new JsonObject { ["properties"] = foreign } };
    }

    /// <summary>The whole may also stand in a section of its own, as in an appsettings file, and may name its schema.</summary>
    private static void AllowWrapper(JsonObject schema)
    {
        JsonObject properties = schema["properties"]!.AsObject();
        properties.Insert(0, RootSettings.SchemaKey, new JsonObject { ["description"] = "Where this schema is, for editors.", ["type"] = "string" });
        properties[Wrapper] = new JsonObject
        {
            ["description"] = "All of it may stand in this section, as in an appsettings file.",
            ["$ref"] = "#",
            ["not"] = new JsonObject { ["required"] = new JsonArray(Wrapper) },
        };
        schema["patternProperties"] = new JsonObject { [RootSettings.FreePattern] = true };
        JsonNode required = schema["required"]!;
        _ = schema.Remove("required");
        schema["if"] = new JsonObject { ["required"] = new JsonArray(Wrapper) };
        schema["then"] = new JsonObject { ["propertyNames"] = new JsonObject { ["enum"] = new JsonArray(RootSettings.SchemaKey, Wrapper) } };
        schema["else"] = new JsonObject { ["required"] = required };
    }

    private static string Describe(ISetting row)
    {
        string kinds = row.Kinds.Count > 0 ? $" Only {string.Join(" and ", row.Kinds)}." : "";
        bool isPlain = row.Inner is null && row.Default.Length > 0;
        string values = isPlain ? $" Values: {row.Values}." : "";
        string fallback = row.Default.Length > 0 ? $" Default: {row.Default}." : "";
        return Plain($"{row.Meaning}{kinds}{values}{fallback}");
    }

    private static string Plain(string text) => text.Replace("`", "", StringComparison.Ordinal);
}
