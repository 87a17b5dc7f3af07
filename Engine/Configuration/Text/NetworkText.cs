// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;

namespace LbEngine.Configuration.Text;

/// <summary>Networks as they are written in a configuration: <c>10.0.0.0/8</c>, <c>2001:db8::/32</c>, or an address alone.</summary>
/// <remarks>
/// Stricter than <see cref="IPNetwork.TryParse(string, out IPNetwork)"/>: bits behind the prefix are a slip of somebody who means another network, or
/// another prefix. An IPv4 address in IPv6 form is the IPv4 address, as clients are.
/// </remarks>
internal static class NetworkText
{
    public const string Expected = "a network such as 10.0.0.0/8 or 2001:db8::/32, or an address alone";

    private const int BitsV4 = 32;
    private const int BitsV6 = 128;
    private const int MappedBits = BitsV6 - BitsV4;

    /// <summary>
    /// Reads a network. When the text is none, <paramref name="problem"/> says what to write instead, and nothing of a text that is no address: it may
    /// stand in a file that not everybody may read.
    /// </summary>
    public static bool TryParse(string text, out IPNetwork network, out string problem)
    {
        network = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string host = slash < 0 ? text : text[..slash];
        problem = FindMistake(host);
        if (problem.Length > 0)
        {
            return false;
        }

        var written = IPAddress.Parse(host);
        IPAddress address = written.IsIPv4MappedToIPv6 ? written.MapToIPv4() : written;
        int most = address.AddressFamily == AddressFamily.InterNetwork ? BitsV4 : BitsV6;
        int prefix = most;
        if (slash >= 0 && !TryParsePrefix(text[(slash + 1)..], written, address, out prefix, out problem))
        {
            return false;
        }

        IPAddress first = ClearBehind(address, prefix);
        if (!first.Equals(address))
        {
            problem = string.Create(
                CultureInfo.InvariantCulture, $"has bits behind its prefix: write {first}/{prefix} for the network, or {address} for the address alone");
            return false;
        }

        network = new IPNetwork(first, prefix);
        return true;
    }

    /// <summary>Reads what a validator has passed.</summary>
    public static IPNetwork Parse(string text) =>
        TryParse(text, out IPNetwork network, out string problem) ? network : throw new FormatException(problem);

    /// <summary>What is wrong with the address; empty when nothing is.</summary>
    private static string FindMistake(string host)
    {
        if (EndPointText.IsAddressV4(host))
        {
            return "";
        }

        if (host.StartsWith('['))
        {
            return "a network has no brackets: write it such as 2001:db8::/32";
        }

        int percent = host.IndexOf('%', StringComparison.Ordinal);
        if (percent > 0 && IsAddressV6(host[..percent]))
        {
            return $"names an interface, which says nothing of a network: write {host[..percent]}";
        }

        if (percent < 0 && IsAddressV6(host))
        {
            return "";
        }

        int colon = host.LastIndexOf(':');
        if (colon > 0 && EndPointText.IsAddressV4(host[..colon]))
        {
            return $"has a port, which a network has not: write {host[..colon]}";
        }

        if (host is "*" or "all" or "any")
        {
            return "must be a network: write 0.0.0.0/0 for every IPv4 address, and ::/0 for every IPv6 address";
        }

        return $"must be {Expected}";
    }

    private static bool TryParsePrefix(string text, IPAddress written, IPAddress address, out int prefix, out string problem)
    {
        bool isMapped = written.IsIPv4MappedToIPv6;
        int most = written.AddressFamily == AddressFamily.InterNetwork ? BitsV4 : BitsV6;
        var range = new IntegerRange(isMapped ? MappedBits : 0, most);
        problem = "";
        if (IntegerText.TryParse(text, range, out prefix, out _) && range.Contains(prefix))
        {
            prefix -= isMapped ? MappedBits : 0;
            return true;
        }

        bool isMask = EndPointText.IsAddressV4(text) && most == BitsV4 && IsMask(IPAddress.Parse(text), out prefix);
        problem = isMask
            ? string.Create(CultureInfo.InvariantCulture, $"write how many bits the mask has: {ClearBehind(address, prefix)}/{prefix}")
            : $"the prefix must be a whole number {range}, such as {address}/{most}";
        if (isMapped)
        {
            problem = $"the prefix of an IPv4 address in IPv6 form must be a whole number {range}: write the IPv4 network, such as {address}/{BitsV4}";
        }

        return false;
    }

    /// <summary>Ones, then zeros.</summary>
    private static bool IsMask(IPAddress address, out int bits)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        _ = address.TryWriteBytes(bytes, out _);
        uint mask = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        bits = BitOperations.LeadingZeroCount(~mask);
        return bits == BitsV4 || mask << bits == 0;
    }

    private static IPAddress ClearBehind(IPAddress address, int prefix)
    {
        Span<byte> bytes = stackalloc byte[BitsV6 / 8];
        _ = address.TryWriteBytes(bytes, out int length);
        for (int i = 0; i < length; i++)
        {
            int bits = Math.Clamp(prefix - (8 * i), 0, 8);
            bytes[i] &= (byte)(0xFF00 >> bits);
        }

        return new IPAddress(bytes[..length]);
    }

    private static bool IsAddressV6(string text) =>
        text.Contains(':', StringComparison.Ordinal)
        && IPAddress.TryParse(text, out IPAddress? address)
        && address.AddressFamily == AddressFamily.InterNetworkV6;
}
