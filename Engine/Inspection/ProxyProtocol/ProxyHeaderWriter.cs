// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>Writes the header that tells a backend whose connection it gets. Pure, without memory.</summary>
internal static class ProxyHeaderWriter
{
    /// <summary>Room that is enough for every header without fields.</summary>
    public const int MostBytes = ProxyTextReader.MostBytes;

    /// <summary>Room that is enough for every header; with a longer one the reader of the next balancer would have no patience.</summary>
    public const int MostBytesWithFields = ProxyHeaderReader.MostBytes;

    /// <summary>The most fields that fit: what is left beside two IPv6 addresses, a name made here and a checksum.</summary>
    public const int MostFieldBytes = MostBytesWithFields - 128;

    /// <summary>Room that is enough for the header of a datagram.</summary>
    public const int MostDatagramBytes = 52;

    /// <summary>One line of version 1, for TCP. Returns its length.</summary>
    /// <param name="target">At least <see cref="MostBytes"/>.</param>
    /// <param name="source">The client.</param>
    /// <param name="destination">What it has connected to.</param>
    public static int WriteText(Span<byte> target, EndPointKey source, EndPointKey destination)
    {
        // Both in one family: an IPv4 address beside an IPv6 one goes in its mapped form, as HAProxy does it.
        bool isIPv4 = source.Address.IsIPv4 && destination.Address.IsIPv4;
        var line = new AsciiLine(target);
        line.Add(isIPv4 ? "PROXY TCP4 "u8 : "PROXY TCP6 "u8);
        line.Add(source.Address, isIPv4);
        line.Add(" "u8);
        line.Add(destination.Address, isIPv4);
        line.Add(" "u8);
        line.Add(source.Port);
        line.Add(" "u8);
        line.Add(destination.Port);
        line.Add("\r\n"u8);
        return line.Length;
    }

    /// <summary>Version 2. Returns its length: 28 bytes for IPv4, 52 for IPv6, and what stands behind the addresses.</summary>
    /// <param name="target">At least <see cref="MostDatagramBytes"/>, and the length of the fields and of a checksum.</param>
    /// <param name="source">The client.</param>
    /// <param name="destination">What it has connected to.</param>
    /// <param name="isDatagram">Over UDP, where each datagram has one. False: over TCP.</param>
    /// <param name="fields">What stands behind the addresses, as a <see cref="FieldList"/> has written it.</param>
    /// <param name="hasChecksum">True for a checksum behind everything else.</param>
    public static int WriteBinary(
        Span<byte> target,
        EndPointKey source,
        EndPointKey destination,
        bool isDatagram = false,
        ReadOnlySpan<byte> fields = default,
        bool hasChecksum = false)
    {
        bool isIPv4 = source.Address.IsIPv4 && destination.Address.IsIPv4;
        byte family = (isIPv4, isDatagram) switch
        {
            (true, false) => ProxyCode.Tcp4,
            (true, true) => ProxyCode.Udp4,
            (false, false) => ProxyCode.Tcp6,
            (false, true) => ProxyCode.Udp6,
        };
        var header = new BinaryHeader(target, ProxyCode.Proxy, family);
        header.Add(source.Address, isIPv4);
        header.Add(destination.Address, isIPv4);
        header.Add(source.Port);
        header.Add(destination.Port);
        header.Add(fields);
        return hasChecksum ? header.FinishWithChecksum() : header.Finish();
    }

    /// <summary>Version 2 of a sender that speaks for itself, as a health check does. Returns its length.</summary>
    public static int WriteLocal(Span<byte> target) => new BinaryHeader(target, ProxyCode.Local, ProxyCode.Unspecified).Finish();

    /// <summary>Version 1 of a sender that speaks for itself. Returns its length.</summary>
    public static int WriteUnknown(Span<byte> target)
    {
        var line = new AsciiLine(target);
        line.Add("PROXY UNKNOWN\r\n"u8);
        return line.Length;
    }
}
