// SPDX-License-Identifier: MIT
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LbEngine.Admin.Api;

/// <summary>The documentation of one mapping: what it maps, and nothing else.</summary>
internal sealed class OpenApiDocument
{
    /// <summary>Where it is, below the prefix of the mapping.</summary>
    public const string Path = "/openapi.json";

    private const string Servers = "servers";
    private const string ReloadPath = "/v1/reload";
    private const string ComparePath = "/v1/diff";

    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly byte[] _text;
    private readonly bool _namesServers;

    public OpenApiDocument(LoadBalancerAdminOptions options)
    {
        JsonObject document = Load();
        JsonObject paths = document["paths"]!.AsObject();
        if (options.Reload is null)
        {
            paths.Remove(ReloadPath);
            document["components"]!["schemas"]!.AsObject().Remove("ReloadRequestMessage");
        }

        JsonObject body = paths[ComparePath]!["post"]!["requestBody"]!.AsObject();
        JsonObject known = body["content"]!.AsObject();
        var content = new JsonObject();
        foreach (string type in options.ConfigurationReaders.Keys)
        {
            content[type] = known[type]?.DeepClone() ?? new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } };
        }

        body["content"] = content;

        options.DescribeApi?.Invoke(document);
        _namesServers = document.ContainsKey(Servers);
        _text = Write(document);
    }

    public Task<AdminReply> ReadAsync(AdminRequest request)
    {
        request.AllowQuery();
        return Task.FromResult(new AdminReply(StatusCodes.Status200OK, _namesServers ? _text : WithServer(request.PathBefore(Path))));
    }

    /// <summary>An app may be reached by other names and behind other paths than it knows: paths count from where the document was asked for.</summary>
    private byte[] WithServer(string prefix)
    {
        JsonObject document = JsonNode.Parse(_text)!.AsObject();
        document[Servers] = new JsonArray(new JsonObject { ["url"] = prefix.Length == 0 ? "/" : prefix });
        return Write(document);
    }

    private static byte[] Write(JsonObject document)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, Readable))
        {
            document.WriteTo(writer);
        }

        return text.ToArray();
    }

    private static JsonObject Load()
    {
        using Stream stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("openapi.json")
            ?? throw new InvalidOperationException("The library was built without openapi.json.");
        return JsonNode.Parse(stream)!.AsObject();
    }
}
