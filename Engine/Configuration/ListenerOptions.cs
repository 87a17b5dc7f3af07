// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>One entrance.</summary>
public sealed class ListenerOptions
{
    /// <summary>Address and port, such as <c>0.0.0.0:8080</c> or <c>[::]:8080</c> (IPv6 only). Port 0 takes a free one. Required.</summary>
    public string Bind { get; set; } = "";

    /// <summary>TCP or UDP. Default TCP.</summary>
    public ListenerProtocol Protocol { get; set; } = ListenerProtocol.Tcp;

    /// <summary>Name of the pool that takes the traffic. Required.</summary>
    public string Pool { get; set; } = "";

    /// <summary>Connections at once, 0 to 4194304. Default 0: no limit of its own.</summary>
    public int MaxConnections { get; set; }

    /// <summary>Connections at once of one client address, 0 to 4194304; one more is reset. Default 0: no limit.</summary>
    public int MaxConnectionsPerClient { get; set; }

    /// <summary>What happens to clients that arrive at a full listener or a full engine. Default <see cref="FullBehaviour.Hold"/>.</summary>
    public FullBehaviour WhenFull { get; set; } = FullBehaviour.Hold;

    /// <summary>A connection or flow ends when nothing moved for this long, 1 s to 7 days. Default null: 15 minutes for TCP, 60 s for UDP.</summary>
    /// <remarks>TCP as in IPVS, where HAProxy and others default to none and leak; UDP as in Envoy.</remarks>
    public TimeSpan? IdleTimeout { get; set; }

    /// <summary>TCP: the idle time-out once one side has sent its end, 1 s to 7 days. Default null: 60 s.</summary>
    public TimeSpan? HalfCloseTimeout { get; set; }

    /// <summary>TCP keep-alive on both sides of every connection; null for off. Default on. UDP has none.</summary>
    public KeepAliveOptions? KeepAlive { get; set; } = new();

    /// <summary>UDP: a flow that its backend has never answered ends after this long without a datagram, 1 s to 7 days. Default null: 10 s.</summary>
    public TimeSpan? UnansweredTimeout { get; set; }

    /// <summary>UDP: datagrams of the client that belong to one flow, 1 to 1000000; the next one begins another flow. 1 balances each datagram by itself. Default null: unlimited.</summary>
    public int? Requests { get; set; }

    /// <summary>UDP: replies expected for each datagram of the client, 1 to 1000000; once all have come the flow ends. 1 for DNS. Default null: unlimited.</summary>
    public int? Responses { get; set; }

    /// <summary>UDP: bytes to the client for each byte from it until it has sent again after a reply, 1 to 1000. Default null: no limit.</summary>
    /// <remarks>Keeps forged source addresses from turning small questions into large answers. QUIC's rule is 3 (RFC 9000, section 8.1).</remarks>
    public int? MaxReplyRatio { get; set; }

    internal static TimeSpan TcpIdleTimeout => TimeSpan.FromMinutes(15);

    internal static TimeSpan UdpIdleTimeout => TimeSpan.FromSeconds(60);

    internal static TimeSpan DefaultHalfCloseTimeout => TimeSpan.FromSeconds(60);

    internal static TimeSpan DefaultUnansweredTimeout => TimeSpan.FromSeconds(10);
}
