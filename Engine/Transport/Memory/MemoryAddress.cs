// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Testing;

/// <summary>Reads the addresses that a test writes, with a message for the mistakes that one makes.</summary>
internal static class MemoryAddress
{
    /// <summary>An address with a port of its own.</summary>
    public static IPEndPoint Parse(string text, string parameterName) => WithPort(ParseAny(text, parameterName), parameterName);

    /// <summary>An address whose port may be missing or 0.</summary>
    public static IPEndPoint ParseAny(string text, string parameterName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text, parameterName);
        return IPEndPoint.TryParse(text, out IPEndPoint? endPoint)
            ? Normalize(endPoint)
            : throw new ArgumentException(
                $"'{text}' is not an address and port such as 192.0.2.1:80 or [2001:db8::1]:80. Names are not looked up.", parameterName);
    }

    /// <summary>The same end point, checked.</summary>
    public static IPEndPoint WithPort(IPEndPoint endPoint, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(endPoint, parameterName);
        return endPoint.Port != 0
            ? Normalize(endPoint)
            : throw new ArgumentException($"'{endPoint}' needs a port, as in {new IPEndPoint(endPoint.Address, 80)}.", parameterName);
    }

    /// <summary>0.0.0.0 or [::], whichever is of the family.</summary>
    public static IPAddress AnyOf(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;

    /// <summary>True when both cannot be listened on at once.</summary>
    public static bool Overlap(IPEndPoint left, IPEndPoint right) =>
        left.Port == right.Port
        && left.AddressFamily == right.AddressFamily
        && (left.Address.Equals(right.Address) || left.Address.Equals(AnyOf(left.Address)) || right.Address.Equals(AnyOf(right.Address)));

    /// <summary>A copy in which an IPv4-mapped IPv6 address is the IPv4 address that it means.</summary>
    public static IPEndPoint Normalize(IPEndPoint endPoint) =>
        new(endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address, endPoint.Port);
}
