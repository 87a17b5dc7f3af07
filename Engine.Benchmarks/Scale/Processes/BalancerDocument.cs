// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json;

namespace LbEngine.Benchmarks.Scale.Processes;

/// <summary>A configuration in the making. Everything that is not said stays at its default: time-outs, limits and counters are on.</summary>
internal sealed class BalancerDocument
{
    private readonly Dictionary<string, object> _listeners = [];
    private readonly Dictionary<string, object> _pools = [];

    public int Reactors { get; init; } = 1;

    public void AddListener(string name, IPEndPoint bind, string pool, string protocol = "tcp") =>
        _listeners[name] = new { bind = bind.ToString(), protocol, pool };

    public void AddPool(string name, IEnumerable<IPEndPoint> backends, string scheduler = "weighted-least-connections") =>
        _pools[name] = new { scheduler, backends = backends.Index().ToDictionary(pair => $"b{pair.Index}", pair => new { address = pair.Item.ToString() }) };

    /// <summary>The document, with the admin interface at a socket file.</summary>
    public string Write(string socketFile) =>
        JsonSerializer.Serialize(new { reactors = Reactors, admin = new { bind = $"unix:{socketFile}" }, listeners = _listeners, pools = _pools });
}
