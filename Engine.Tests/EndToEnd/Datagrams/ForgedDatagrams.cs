// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>Sends IPv4 datagrams whose source is whatever the test says. Needs root.</summary>
internal sealed class ForgedDatagrams : IDisposable
{
    private const int IpHeader = 20;
    private const int UdpHeader = 8;
    private const byte Version4AndLength = 0x45;
    private const byte TimeToLive = 64;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Udp);

    public ForgedDatagrams() => _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, true);

    public void Send(IPEndPoint source, IPEndPoint target, ReadOnlySpan<byte> payload)
    {
        var packet = new byte[IpHeader + UdpHeader + payload.Length];
        Span<byte> ip = packet;
        ip[0] = Version4AndLength;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)packet.Length);
        ip[8] = TimeToLive;
        ip[9] = (byte)ProtocolType.Udp;

        // The kernel fills in the identification and the checksum of the header; a UDP checksum of 0 means none.
        source.Address.TryWriteBytes(ip[12..], out _);
        target.Address.TryWriteBytes(ip[16..], out _);
        Span<byte> udp = ip[IpHeader..];
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)target.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)(UdpHeader + payload.Length));
        payload.CopyTo(udp[UdpHeader..]);
        _socket.SendTo(packet, target);
    }

    public void Dispose() => _socket.Dispose();
}
