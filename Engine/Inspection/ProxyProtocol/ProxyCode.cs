// SPDX-License-Identifier: MIT
namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>The numbers of version 2 (section 2.2). Every other one is to be refused, or, as a type of field, to be skipped.</summary>
internal static class ProxyCode
{
    // Version 2 in the upper half, the command in the lower one.
    public const byte Local = 0x20;
    public const byte Proxy = 0x21;

    // Family in the upper half, protocol in the lower one.
    public const byte Unspecified = 0x00;
    public const byte Tcp4 = 0x11;
    public const byte Udp4 = 0x12;
    public const byte Tcp6 = 0x21;
    public const byte Udp6 = 0x22;
    public const byte UnixStream = 0x31;
    public const byte UnixDatagram = 0x32;

    // Types of fields.
    public const byte Alpn = 0x01;
    public const byte Authority = 0x02;
    public const byte Checksum = 0x03;
    public const byte Padding = 0x04;
    public const byte UniqueId = 0x05;
    public const byte Ssl = 0x20;
}
