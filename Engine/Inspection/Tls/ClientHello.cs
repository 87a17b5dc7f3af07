// SPDX-License-Identifier: MIT
namespace LbEngine.Inspection.Tls;

/// <summary>What a client names before anything is encrypted. Lives as long as the bytes that it was read from.</summary>
internal readonly ref struct ClientHello
{
    private readonly HandshakeCursor _protocols;

    public ClientHello(ReadOnlySpan<byte> name, HandshakeCursor protocols)
    {
        Name = name;
        _protocols = protocols;
    }

    /// <summary>The server's name in lower case, without a dot at its end; empty for none. With ECH it is the outer, public one.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The protocols that the client offers (ALPN), in its order.</summary>
    public OfferedProtocols Protocols => new(_protocols);
}
