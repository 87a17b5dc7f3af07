// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Net;
using System.Text;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Tables;

namespace LbEngine.Tests.Inspection.ProxyProtocol;

/// <summary>Headers as the specification has them, put together byte by byte.</summary>
internal static class Headers
{
    public const string Source = "192.0.2.1:56324";
    public const string Destination = "198.51.100.7:443";
    public const string Source6 = "[2001:db8::1]:56324";
    public const string Destination6 = "[2001:db8::7]:443";

    public static byte[] Signature => [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    /// <summary>Every kind of header that is right.</summary>
    public static IEnumerable<byte[]> Whole =>
    [
        Text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443"),
        Text("PROXY TCP6 2001:db8::1 2001:db8::7 56324 443"),
        Text("PROXY UNKNOWN"),
        Text("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535"),
        Binary(0x20, 0x00, []),
        Binary(0x20, 0x11, [1, 2, 3]),
        Binary(0x21, 0x00, [9, 9, 9]),
        Binary(0x21, 0x11, Addresses(Source, Destination)),
        Binary(0x21, 0x12, Addresses(Source, Destination)),
        Binary(0x21, 0x21, Addresses(Source6, Destination6)),
        Binary(0x21, 0x22, Addresses(Source6, Destination6)),
        Binary(0x21, 0x31, new byte[216]),
        Binary(0x21, 0x11, [.. Addresses(Source, Destination), .. Field(0x02, "shop.example"u8), .. Field(0xEE, []), .. Field(0x04, [0, 0])]),
        WithChecksum(Binary(0x21, 0x21, [.. Addresses(Source6, Destination6), .. Field(0x03, [0, 0, 0, 0]), .. Field(0x05, "id"u8)])),
    ];

    public static byte[] Text(string line) => Encoding.Latin1.GetBytes(line + "\r\n");

    public static byte[] Binary(byte command, byte family, ReadOnlySpan<byte> rest, int? length = null)
    {
        var size = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)(length ?? rest.Length));
        return [.. Signature, command, family, .. size, .. rest];
    }

    public static byte[] Field(byte type, ReadOnlySpan<byte> value) => [type, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    public static byte[] Addresses(string source, string destination)
    {
        IPEndPoint from = IPEndPoint.Parse(source);
        IPEndPoint to = IPEndPoint.Parse(destination);
        return
        [
            .. from.Address.GetAddressBytes(), .. to.Address.GetAddressBytes(),
            (byte)(from.Port >> 8), (byte)from.Port, (byte)(to.Port >> 8), (byte)to.Port,
        ];
    }

    /// <summary>Puts the right checksum where four zeros behind a field of type 3 are, computed bit by bit.</summary>
    public static byte[] WithChecksum(byte[] header)
    {
        int at = header.AsSpan().IndexOf([(byte)0x03, (byte)0x00, (byte)0x04, (byte)0x00]) + 3;
        uint sum = uint.MaxValue;
        foreach (byte one in header)
        {
            sum ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum >> 1) ^ ((sum & 1) == 0 ? 0 : 0x82F63B78);
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(at), ~sum);
        return header;
    }

    public static (ProxyReading Reading, ProxyHeader Header) Read(ReadOnlySpan<byte> bytes)
    {
        ProxyReading reading = ProxyHeaderReader.Read(bytes, out ProxyHeader header);
        return (reading, header);
    }

    public static EndPointKey Key(string endPoint) => EndPointKey.From(IPEndPoint.Parse(endPoint));
}
