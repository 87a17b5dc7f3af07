// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>One entrance.</summary>
public sealed class ListenerOptions
{
    /// <summary>Address and port, such as <c>127.0.0.1:8080</c>, <c>0.0.0.0:8080</c> (IPv4 only) or <c>[::]:8080</c> (IPv6 only); <c>*:8080</c>,
    /// <c>:8080</c> and <c>8080</c> mean every IPv4 and IPv6 address. Port 0 takes a free one. Required.</summary>
    public string Bind { get; set; } = "";

    /// <summary>What happens when this host has not got the address of <see cref="Bind"/>. Default <see cref="MissingAddressBehaviour.Refuse"/>.</summary>
    /// <remarks>Of what is bound already nothing changes.</remarks>
    public MissingAddressBehaviour BindMissing { get; set; }

    /// <summary>TCP or UDP. Default TCP.</summary>
    public ListenerProtocol Protocol { get; set; } = ListenerProtocol.Tcp;

    /// <summary>Name of the pool that takes the traffic: with <see cref="Routes"/> what none of them takes, and what is no TLS. Required.</summary>
    public string Pool { get; set; } = "";

    /// <summary>TCP: which TLS clients go to which other pool, by what they name before anything is encrypted; at most 10,000. Default empty.</summary>
    /// <remarks>Every client is then read before it is placed: see <see cref="InspectTimeout"/>. A client that breaks the rules of TLS is turned
    /// away.</remarks>
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public IList<RouteOptions> Routes { get; } = [];

    /// <summary>TCP: what becomes of a TLS client that none of <see cref="Routes"/> takes. Default <see cref="NoRouteBehaviour.Pool"/>.</summary>
    public NoRouteBehaviour NoRoute { get; set; }

    /// <summary>Connections or flows at once, 0 to 4194304. Default 0: no limit of its own.</summary>
    public int MaxConnections { get; set; }

    /// <summary>Connections or flows at once of one client, 0 to 4194304; one more connection is reset, the datagram of one more flow
    /// dropped. Default 0: no limit.</summary>
    /// <remarks>A client is a network: <see cref="ClientPrefixV4"/> and <see cref="ClientPrefixV6"/> say how large.</remarks>
    public int MaxConnectionsPerClient { get; set; }

    /// <summary>Leading bits of an IPv4 address by which <see cref="MaxConnectionsPerClient"/> counts, 1 to 32. Default 32: each address by itself.</summary>
    public int ClientPrefixV4 { get; set; } = 32;

    /// <summary>Leading bits of an IPv6 address by which <see cref="MaxConnectionsPerClient"/> counts, 1 to 128. Default 64.</summary>
    /// <remarks>A subscriber has a network of 64 bits or more, and may use another address of it for each connection.</remarks>
    public int ClientPrefixV6 { get; set; } = 64;

    /// <summary>Networks of clients that may come in, such as <c>10.0.0.0/8</c>, <c>2001:db8::/32</c> or <c>192.0.2.1</c>, and files that list them,
    /// such as <c>file:/etc/lb/office.txt</c>; at most 10000. With one everybody else is turned away. Default empty: everybody may come in.</summary>
    /// <remarks>Of all networks here and in <see cref="Deny"/> that a client is in, the one with the longest prefix counts. A file has one network on a
    /// line, and comments behind <c>#</c> or <c>;</c>; it is read when the engine is built and at each
    /// <see cref="LoadBalancer.ApplyAsync(LoadBalancerOptions, bool, CancellationToken)"/>, from the current directory where its path is relative.</remarks>
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public IList<string> Allow { get; } = [];

    /// <summary>Networks of clients that may not come in, written as <see cref="Allow"/>. Default empty.</summary>
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public IList<string> Deny { get; } = [];

    /// <summary>How many clients may come in a time; null for any number. Default null.</summary>
    public RateOptions? Rate { get; set; }

    /// <summary>The PROXY header with which each client begins, over UDP each datagram; null for none. Default null.</summary>
    public AcceptProxyOptions? AcceptProxy { get; set; }

    /// <summary>TCP: what happens to clients that arrive at a full listener or a full engine. Default null: <see cref="FullBehaviour.Hold"/>.</summary>
    /// <remarks>UDP has no such choice: the oldest flow that was never answered makes room, or the datagram is dropped.</remarks>
    public FullBehaviour? WhenFull { get; set; }

    /// <summary>A connection or flow ends when nothing moved for this long, 1 s to 7 days; TCP: <see cref="Timeout.InfiniteTimeSpan"/> for never.
    /// Default null: 15 minutes for TCP, 60 s for UDP.</summary>
    /// <remarks>TCP as in IPVS, where HAProxy and others default to none and leak; UDP as in Envoy. Without one only <see cref="KeepAlive"/> finds peers
    /// that are gone.</remarks>
    public TimeSpan? IdleTimeout { get; set; }

    /// <summary>TCP: the idle time-out once one side has sent its end, 1 s to 7 days. Default null: 60 s.</summary>
    public TimeSpan? HalfCloseTimeout { get; set; }

    /// <summary>
    /// TCP: a client of which the listener reads the first bytes to know where it goes is reset unless it has sent them this long after it
    /// was accepted, 100 ms to 1 hour. Default null: 5 s.
    /// </summary>
    /// <remarks>Runs from the accept on, whatever the client sends meanwhile. Without effect on a listener that reads nothing.</remarks>
    public TimeSpan? InspectTimeout { get; set; }

    /// <summary>
    /// TCP: clients at once of which the listener reads the first bytes to know where they go, 1 to 4194304. One more is let in, and the one that has
    /// been read for longest is reset. Default null: a quarter of what the engine holds.
    /// </summary>
    /// <remarks>So clients that say nothing, or a byte at a time, can fill no more than that of it. Without effect on a listener that reads nothing.</remarks>
    public int? MaxInspecting { get; set; }

    /// <summary>TCP: keep-alive on both sides of every connection; null for off. Default on.</summary>
    /// <remarks>UDP has none: there the default and null mean the same, and any other value is a mistake.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] // null is off, and not the default
    public KeepAliveOptions? KeepAlive { get; set; } = new();

    /// <summary>UDP: a flow that its backend has never answered ends after this long without a datagram, 1 s to 7 days and at most
    /// <see cref="IdleTimeout"/>. Default null: 10 s, or the idle time-out when that is shorter.</summary>
    public TimeSpan? UnansweredTimeout { get; set; }

    /// <summary>UDP: datagrams of the client that belong to one flow, 1 to 1000000; the next one begins another flow. 1 balances each datagram by
    /// itself. Default null: unlimited.</summary>
    public int? Requests { get; set; }

    /// <summary>UDP: replies expected for each datagram of the client, 0 to 1000000; once all have come, and with <see cref="Requests"/> that many
    /// datagrams too, the flow ends. 1 for DNS. Default null: unlimited.</summary>
    /// <remarks>0 is one way, as for syslog, NetFlow and statsd: each datagram is placed by itself, no flow is kept, and what a backend sends back
    /// is lost. That a backend refuses still counts.</remarks>
    public int? Responses { get; set; }

    /// <summary>UDP: bytes to the client for each byte from it until it has sent again after a reply, 1 to 1000. Default null: no limit.</summary>
    /// <remarks>Keeps forged source addresses from turning small questions into large answers. QUIC's rule is 3 (RFC 9000, section 8.1).</remarks>
    public int? MaxReplyRatio { get; set; }

    /// <summary>Every pool that takes some of its traffic.</summary>
    internal IEnumerable<string> PoolNames => Routes.Where(static route => route is not null).Select(static route => route.Pool).Prepend(Pool).Distinct();

    internal FullBehaviour WhenFullOrDefault => WhenFull ?? FullBehaviour.Hold;

    internal TimeSpan IdleTimeoutOrDefault => IdleTimeout ?? (Protocol == ListenerProtocol.Udp ? TimeSpan.FromSeconds(60) : TimeSpan.FromMinutes(15));

    internal TimeSpan HalfCloseTimeoutOrDefault => HalfCloseTimeout ?? TimeSpan.FromSeconds(60);

    internal TimeSpan InspectTimeoutOrDefault => InspectTimeout ?? TimeSpan.FromSeconds(5);

    internal TimeSpan UnansweredTimeoutOrDefault => UnansweredTimeout ?? TimeSpan.FromSeconds(10);
}
