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

    /// <summary>A connection ends when nothing moved for this long, 1 s to 7 days. Default 15 minutes.</summary>
    /// <remarks>As in IPVS. HAProxy and others default to none and leak.</remarks>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The idle time-out once one side has sent its end, 1 s to 7 days. Default 60 s.</summary>
    public TimeSpan HalfCloseTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>TCP keep-alive on both sides of every connection; null for off. Default on.</summary>
    public KeepAliveOptions? KeepAlive { get; set; } = new();
}
