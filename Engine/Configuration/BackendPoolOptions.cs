// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;
using LbEngine.Scheduling;

namespace LbEngine.Configuration;

/// <summary>A named group of backends with one scheduler, one affinity rule and one health check.</summary>
public sealed class BackendPoolOptions
{
    /// <summary>Name of the scheduler: one of <see cref="SchedulerNames"/> or one that was added to the builder. Default weighted least
    /// connections.</summary>
    public string Scheduler { get; set; } = SchedulerNames.WeightedLeastConnections;

    /// <summary>Source-IP affinity; null for off. Default off.</summary>
    public AffinityOptions? Affinity { get; set; }

    /// <summary>How long a backend may take to accept a connection, 10 ms to 5 minutes. Default 5 s.</summary>
    /// <remarks>Then the next backend is tried, so a client may wait this long <see cref="ConnectAttempts"/> times.</remarks>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Distinct backends tried before the client is turned away, 1 to 8. Default 3.</summary>
    public int ConnectAttempts { get; set; } = 3;

    /// <summary>
    /// TCP: how long to wait before the backends are tried again when all of them have failed a client, 0 to 1 minute. Default 0: the client is turned
    /// away at once.
    /// </summary>
    /// <remarks>Tried again and again until <see cref="ConnectTimeout"/> has passed since the client was placed: so a backend that restarts costs its
    /// clients a moment, and no error. The client waits meanwhile, with what it has sent, and counts as connecting.</remarks>
    public TimeSpan ConnectRetry { get; set; }

    /// <summary>
    /// The PROXY header with which each backend learns the client's address: before the client's first byte, over UDP before each datagram. Default
    /// <see cref="ProxyVersion.Off"/>: none.
    /// </summary>
    /// <remarks>A backend that does not expect it takes it for a request and answers with an error. A pool that a listener for UDP uses
    /// sends version 2 or none; flows that live when that changes keep to what they began with.</remarks>
    public ProxyVersion SendProxy { get; set; }

    /// <summary>
    /// What the header of <see cref="ProxyVersion.V2"/> tells besides addresses: <c>authority</c>, <c>alpn</c>, <c>ssl</c>, <c>unique-id</c>,
    /// <c>crc32c</c>, <c>other</c>. Default nothing.
    /// </summary>
    /// <remarks>The name of the server comes from the client's TLS hello where the listener has routes, else from a header of somebody in front, as
    /// <c>alpn</c>, <c>ssl</c> and <c>other</c> do. A <c>unique-id</c> from in front is passed on; without one it is made here, and ends with the
    /// connection's id. Fields are 3,968 bytes at most: one that does not fit is left out.</remarks>
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public IList<string> ProxyTlvs { get; } = [];

    /// <summary>
    /// Addresses of this host from which the backends are connected to, in turn, up to 64; none for whatever the system takes. Default none.
    /// </summary>
    /// <remarks>One address has as many connections to one backend as there are free ports (net.ipv4.ip_local_port_range of Linux: 28,232). Where one has
    /// none left, the next is tried, then the next backend. A backend of a family that no address here has is connected to from whatever the
    /// system takes. Health checks come from these addresses, too.</remarks>
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public IList<string> Source { get; } = [];

    /// <summary>Whose address backends see. Default <see cref="ClientAddressMode.Balancer"/>: this host's.</summary>
    public ClientAddressMode ClientAddress { get; set; }

    /// <summary>Active health checks; null for off. Default off.</summary>
    public HealthOptions? Health { get; set; }

    /// <summary>Leaves out backends whose live traffic fails; null for off. Default on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] // null is off, and not the default
    public PassiveHealthOptions? Passive { get; set; } = new();

    /// <summary>What happens while no backend is healthy. Default <see cref="AllDownBehaviour.Serve"/>: all of them are used.</summary>
    public AllDownBehaviour WhenAllDown { get; set; }

    /// <summary>What happens to the connections of a backend that health checks find down. Default <see cref="DownBehaviour.Keep"/>.</summary>
    public DownBehaviour OnDown { get; set; }

    /// <summary>A new or recovered backend gets its share of new traffic step by step over this time, 0 to 1 hour. Default 0: its full share at
    /// once.</summary>
    /// <remarks>Without it, least connections gives an empty backend every new client until it has as many as the others.</remarks>
    public TimeSpan SlowStart { get; set; }

    /// <summary>How host names among the backends are looked up.</summary>
    public ResolveOptions Resolve { get; set; } = new();

    /// <summary>Backends by name.</summary>
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public IDictionary<string, BackendOptions> Backends { get; } = new Dictionary<string, BackendOptions>(StringComparer.Ordinal);
}
