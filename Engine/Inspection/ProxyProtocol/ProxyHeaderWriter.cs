// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>Writes the header that tells a backend whose connection it gets. Pure, without memory.</summary>
internal static class ProxyHeaderWriter
{
    /// <summary>Room that is enough for every header.</summary>
    public const int MostBytes = ProxyTextReader.MostBytes;

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

    /// <summary>Version 2, for TCP. Returns its length.</summary>
    /// <param name="target">At least <see cref="MostBytes"/>.</param>
    /// <param name="source">The client.</param>
    /// <param name="destination">What it has connected to.</param>
    public static int WriteBinary(Span<byte> target, EndPointKey source, EndPointKey destination)
    {
        bool isIPv4 = source.Address.IsIPv4 && destination.Address.IsIPv4;
        var header = new BinaryHeader(target, ProxyCode.Proxy, isIPv4 ? ProxyCode.Tcp4 : ProxyCode.Tcp6);
        header.Add(source.Address, isIPv4);
        header.Add(destination.Address, isIPv4);
        header.Add(source.Port);
        header.Add(destination.Port);
        return header.Finish();
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
