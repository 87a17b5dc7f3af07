// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Kestrel;

/// <summary>
/// What the PROXY header of a connection says: <c>context.Features.Get&lt;IProxyProtocolFeature&gt;()</c>, in a request and on the connection.
/// </summary>
/// <remarks>There is none where no header was believed, as with <see cref="UntrustedPeer.Ignore"/>.</remarks>
public interface IProxyProtocolFeature
{
    /// <summary>Version of the header: 1 or 2.</summary>
    int Version { get; }

    /// <summary>True when the sender speaks for itself (LOCAL of version 2), as a health check does.</summary>
    bool IsLocal { get; }

    /// <summary>The client; null where the header names none: LOCAL, UNKNOWN, a UNIX socket.</summary>
    IPEndPoint? Source { get; }

    /// <summary>What the client has connected to; null where <see cref="Source"/> is.</summary>
    IPEndPoint? Destination { get; }

    /// <summary>Who has connected to this server, as the transport sees it: the one in front.</summary>
    EndPoint? TransportRemoteEndPoint { get; }

    /// <summary>Where it has connected to, as the transport sees it.</summary>
    EndPoint? TransportLocalEndPoint { get; }

    /// <summary>All fields of the header in their order, a checksum and padding among them; none in version 1 and in LOCAL.</summary>
    IReadOnlyList<ProxyProtocolTlv> Tlvs { get; }

    /// <summary>The host name that the client has asked for, such as the server name of TLS (field 0x02); null where there is none.</summary>
    /// <remarks>It is the client who has chosen it, as with a Host header.</remarks>
    string? Authority { get; }

    /// <summary>The protocol that was agreed upon, such as <c>h2</c> (field 0x01); null where there is none.</summary>
    string? Alpn { get; }

    /// <summary>What the sender calls the connection, at most 128 bytes by the specification (field 0x05); null where there is none.</summary>
    ReadOnlyMemory<byte>? UniqueId { get; }
}
