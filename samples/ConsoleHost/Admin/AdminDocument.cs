// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LbEngine.ConsoleHost.Admin;

/// <summary>What the documentation of the admin API cannot know: where <c>lb</c> serves it, and that it may ask for a token.</summary>
internal static class AdminDocument
{
    private const string Description =
        "Control of a running balancer: JSON over HTTP/1.1 on a socket file that only its owner can open, or on a loopback address with a bearer token. "
        + "Bodies have at most 64 KiB, a configuration for /v1/diff 1 MiB (413). Wrong methods are 405, wrong types of body 415. "
        + "Every refusal has an ErrorMessage.";

    private const string Error = "#/components/schemas/ErrorMessage";

    /// <summary>Adds it. Called once, before the interface opens.</summary>
    public static void Describe(JsonObject document)
    {
        JsonObject info = document["info"]!.AsObject();
        info["title"] = "lb admin interface";
        info["description"] = Description;
        int after = document.IndexOf("info") + 1;
        document.Insert(after, "servers", new JsonArray(
            Server("http://localhost", "Over the socket file, such as curl --unix-socket /run/lb/lb.sock http://localhost/v1/status"),
            Server("http://127.0.0.1:9900", "With admin: { bind: 127.0.0.1:9900, token: ... }")));
        document.Insert(after + 1, "security", new JsonArray(new JsonObject { ["token"] = new JsonArray() }, new JsonObject()));
        var schemes = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } };
        document["components"]!.AsObject().Insert(0, "securitySchemes", schemes);

        JsonObject paths = document["paths"]!.AsObject();
        paths["/v1/reload"]!["post"]!["summary"] = "Read the configuration file again and go by it. Requests within 250 ms are one reload.";
        foreach (JsonObject operation in paths.SelectMany(path => path.Value!.AsObject()).Select(one => one.Value!.AsObject()))
        {
            operation["responses"]!.AsObject().Insert(1, $"{StatusCodes.Status401Unauthorized}", Refusal("The token is missing or wrong."));
        }
    }

    private static JsonObject Server(string url, string description) => new() { ["url"] = url, ["description"] = description };

    private static JsonObject Refusal(string description) => new()
    {
        ["description"] = description,
        ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = Error } } },
    };
}
