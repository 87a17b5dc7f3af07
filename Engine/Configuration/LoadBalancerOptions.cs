// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>The whole configuration of an engine: what a file, an <c>IConfiguration</c> section or the builder says.</summary>
public sealed class LoadBalancerOptions
{
    /// <summary>How bytes are moved. Default <see cref="TransportKind.Auto"/>.</summary>
    public TransportKind Transport { get; set; } = TransportKind.Auto;

    /// <summary>Threads that move bytes, 0 to 1024. Default 0: one per core.</summary>
    public int Reactors { get; set; }

    /// <summary>Connections and flows at once, 0 to 4194304; the size of the connection table. Default 0: what the descriptor limit allows, at most
    /// 262144.</summary>
    /// <remarks>Each connection takes two descriptors: what the limit (<c>ulimit -n</c>) does not allow is cut with a warning.</remarks>
    public int MaxConnections { get; set; }

    /// <summary>What happens to live connections at shutdown.</summary>
    public DrainOptions Drain { get; set; } = new();

    /// <summary>Entrances by name. At least one.</summary>
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public IDictionary<string, ListenerOptions> Listeners { get; } = new Dictionary<string, ListenerOptions>(StringComparer.Ordinal);

    /// <summary>Pools by name. Every listener names one.</summary>
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public IDictionary<string, BackendPoolOptions> Pools { get; } = new Dictionary<string, BackendPoolOptions>(StringComparer.Ordinal);

    /// <summary>What was read for the sections of a host, by name; see <see cref="Schema.HostSection"/>. The engine itself makes nothing of it.</summary>
    internal Dictionary<string, object?> HostSections { get; } = new(StringComparer.Ordinal);
}
