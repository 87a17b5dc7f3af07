// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Lifecycle;

/// <summary>Why an arriving client was turned away without a backend. Whoever is not rejected ends with one <see cref="CloseReason"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RejectReason>))]
public enum RejectReason : byte
{
    /// <summary>Not rejected.</summary>
    None,

    /// <summary>The process holds as many connections as it may (<c>maxConnections</c>).</summary>
    ProcessLimit,

    /// <summary>The listener holds as many connections as it may.</summary>
    ListenerLimit,

    /// <summary>The client address holds as many connections on the listener as it may.</summary>
    ClientLimit,

    /// <summary>No backend of the pool can take traffic: all are down, drained, excluded, full or of weight 0.</summary>
    NoBackend,

    /// <summary>
    /// It came from this engine: what was sent to a backend whose address is this host's has come back to a listener. UDP: also a datagram that came
    /// from a listener, so that answering it could go round for ever.
    /// </summary>
    OwnListener,

    /// <summary>UDP and leases: the engine drains, or has stopped, and takes no new client.</summary>
    Draining,

    /// <summary>TCP: the client did not send what its listener inspects within the listener's <c>inspectTimeout</c>.</summary>
    InspectTimeout,

    /// <summary>TCP: the client's first bytes are not what its listener inspects, or so many that it would take too long to know.</summary>
    InspectionFailed,

    /// <summary>A connection filter of the program that embeds the engine has turned the client away, or has failed.</summary>
    Filtered,

    /// <summary>The listener's access list (<c>allow</c>, <c>deny</c>) does not let the client in.</summary>
    Denied,

    /// <summary>More clients have come than the listener's <c>rate</c> lets in: of this client's network, or of all.</summary>
    RateLimit,

    /// <summary>
    /// The client, over UDP the datagram, did not begin with a PROXY header, or with none that can be read, where its listener expects one
    /// (<c>acceptProxy</c>).
    /// </summary>
    BadProxyHeader,

    /// <summary>The client is none of those whose PROXY header its listener believes (<c>acceptProxy.trusted</c>).</summary>
    UntrustedProxy,

    /// <summary>A TLS client that none of the listener's <c>routes</c> takes, where such clients are turned away (<c>noRoute: refuse</c>).</summary>
    NoRoute,

    /// <summary>The client began as TLS does and broke its rules, where its listener reads what TLS clients name (<c>routes</c>).</summary>
    BadClientHello,

    /// <summary>
    /// TCP: the listener reads the first bytes of as many clients as it may (<c>maxInspecting</c>), and this one had kept it waiting for longest when
    /// another came.
    /// </summary>
    InspectionLimit,
}
