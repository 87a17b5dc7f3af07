// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using LbEngine.Configuration;
using Microsoft.Extensions.Logging;

namespace LbEngine.Admin;

/// <summary>What a host adds to the admin API.</summary>
public sealed class LoadBalancerAdminOptions
{
    /// <summary>The media type of a configuration in JSON, which every host can read.</summary>
    public const string Json = "application/json";

    /// <summary>
    /// Reads the configuration again, from wherever the host has it, and goes by it: <c>POST /v1/reload</c>. See
    /// <see cref="LoadBalancerReload.ReloadAsync"/>.
    /// </summary>
    /// <value>Null, the default: there is nothing to read again; then the path is not mapped, and not in the OpenAPI document.</value>
    public ReloadCallback? Reload { get; set; }

    /// <summary>Who reads a configuration that somebody sends to <c>POST /v1/diff</c>, by the media type of its text. The first is asked for first.</summary>
    /// <value>
    /// By default JSON alone, as <see cref="LoadBalancerOptionsReader.ReadJson"/> reads it. Add a reader for YAML; put another one in the place of
    /// this one where
    /// the host has schedulers or sections of its own.
    /// </value>
    public IDictionary<string, Func<ReadOnlyMemory<byte>, LoadBalancerOptionsReadResult>> ConfigurationReaders { get; } =
        new OrderedDictionary<string, Func<ReadOnlyMemory<byte>, LoadBalancerOptionsReadResult>>(StringComparer.OrdinalIgnoreCase)
        {
            [Json] = static document => LoadBalancerOptionsReader.ReadJson(document.Span),
        };

    /// <summary>Which file the configuration comes from, for the status: asked whenever somebody reads that.</summary>
    /// <value>Null, the default: the status says how old the configuration is, and names no file.</value>
    public Func<ConfigurationOrigin?>? ConfigurationOrigin { get; set; }

    /// <summary>Called once with the OpenAPI document of what is mapped, to add what only the host knows: its title, <c>security</c>, <c>servers</c>.</summary>
    /// <value>Null, the default: the document has no <c>security</c>, and the one server where it was asked for.</value>
    public Action<JsonObject>? DescribeApi { get; set; }

    /// <summary>Hears of defects, and of drains that nobody waits for any more.</summary>
    /// <value>Null, the default: a logger <c>LbEngine.Admin</c> of the app.</value>
    public ILogger? Logger { get; set; }

    /// <summary>How long a client may take to send a body. A megabyte in that time is the slowest line on which an operator works.</summary>
    internal TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(15);
}
