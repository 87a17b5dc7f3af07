// SPDX-License-Identifier: MIT
namespace LbEngine.Kestrel;

/// <summary>Why a connection was aborted before anybody served it. The first ones are named as the engine names them.</summary>
internal enum ProxyRefusal
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>The peer is none of those whose header is believed.</summary>
    UntrustedProxy,

    /// <summary>It did not begin with a header, or with none that can be read.</summary>
    BadProxyHeader,

    /// <summary>The header was not whole in time.</summary>
    InspectTimeout,

    /// <summary>The peer left before its header was whole, as the health check of a balancer that only connects.</summary>
    PeerLeft,

    /// <summary>The server stops.</summary>
    ServerStops,
}
