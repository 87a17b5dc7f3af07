// SPDX-License-Identifier: MIT
using System.Collections.ObjectModel;
using System.Net;
using System.Text;
using LbEngine.Inspection.ProxyProtocol;
using Microsoft.AspNetCore.Connections;

namespace LbEngine.Kestrel;

/// <summary>What a header says, kept for as long as its connection lives.</summary>
internal sealed class ProxyProtocolFeature : IProxyProtocolFeature
{
    /// <param name="connection">As the transport made it.</param>
    /// <param name="whole">The header and nothing else.</param>
    /// <param name="header">What was read of it.</param>
    public ProxyProtocolFeature(ConnectionContext connection, ReadOnlySpan<byte> whole, in ProxyHeader header)
    {
        Version = whole[0] == ProxyBinaryReader.Signature[0] ? 2 : 1;
        IsLocal = ProxyBinaryReader.IsLocal(whole);
        Source = header.Source?.ToIPEndPoint();
        Destination = header.Destination?.ToIPEndPoint();
        TransportRemoteEndPoint = connection.RemoteEndPoint;
        TransportLocalEndPoint = connection.LocalEndPoint;
        Tlvs = CopyFields(whole);
    }

    public int Version { get; }

    public bool IsLocal { get; }

    public IPEndPoint? Source { get; }

    public IPEndPoint? Destination { get; }

    public EndPoint? TransportRemoteEndPoint { get; }

    public EndPoint? TransportLocalEndPoint { get; }

    public IReadOnlyList<ProxyProtocolTlv> Tlvs { get; }

    public string? Authority => Find(ProxyCode.Authority) is ReadOnlyMemory<byte> name ? Encoding.UTF8.GetString(name.Span) : null;

    // Bytes, by the standard; those that are in use are ASCII.
    public string? Alpn => Find(ProxyCode.Alpn) is ReadOnlyMemory<byte> name ? Encoding.Latin1.GetString(name.Span) : null;

    public ReadOnlyMemory<byte>? UniqueId => Find(ProxyCode.UniqueId);

    /// <summary>One copy for all of them, so that many small fields take no more memory than one large one.</summary>
    private static ReadOnlyCollection<ProxyProtocolTlv> CopyFields(ReadOnlySpan<byte> whole)
    {
        int at = ProxyBinaryReader.FindFields(whole);
        if (at == whole.Length)
        {
            return ReadOnlyCollection<ProxyProtocolTlv>.Empty;
        }

        byte[] copy = whole[at..].ToArray();
        var fields = new List<ProxyProtocolTlv>();
        foreach (ProxyField field in new ProxyFields(whole))
        {
            fields.Add(new ProxyProtocolTlv(field.Type, copy.AsMemory(field.ValueAt - at, field.Length)));
        }

        return fields.AsReadOnly();
    }

    private ReadOnlyMemory<byte>? Find(byte type)
    {
        foreach (ProxyProtocolTlv field in Tlvs)
        {
            if (field.Type == type)
            {
                return field.Value;
            }
        }

        return null;
    }
}
