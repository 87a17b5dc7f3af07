// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Configuration.Text;

/// <summary>Addresses with a port as they are written in a configuration: <c>10.0.0.1:80</c> or <c>[2001:db8::1]:80</c>.</summary>
/// <remarks>
/// Stricter than <see cref="IPEndPoint.TryParse(string, out IPEndPoint)"/>, which takes <c>10.1:80</c> for 10.0.0.1, <c>010.0.0.1</c> for 8.0.0.1
/// and an address without a port for port 0.
/// </remarks>
internal static class EndPointText
{
    /// <summary>How the problem begins with a text that looks like no address at all.</summary>
    public const string NoAddress = "must be an IP address and a port, such as 10.0.0.1:80 (host names are not looked up: write an IP address)";

    /// <summary>Reads an address. When the text is none, <paramref name="problem"/> says what to write instead.</summary>
    public static bool TryParse(string text, IntegerRange ports, [NotNullWhen(true)] out IPEndPoint? endPoint, out string problem)
    {
        endPoint = null;
        if (IsSocketFile(text))
        {
            problem = $"is a socket file: listeners and backends have an IP address and a port, such as 127.0.0.1:8080, was {ConfigurationText.Quote(text)}; "
                + "only the bind of admin may be unix:FILE";
            return false;
        }

        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? text : text[..colon];
        string port = colon < 0 ? "" : text[(colon + 1)..];
        if (text.EndsWith(']') || (colon < 0 && IsAddressV4(text)))
        {
            problem = $"lacks a port: write {ConfigurationText.Quote(text)[1..^1]}:80";
            return false;
        }

        problem = CheckHost(text, host, colon >= 0);
        if (problem.Length > 0)
        {
            return false;
        }

        endPoint = TryParsePort(text, port, ports, out int number, out problem) ? new IPEndPoint(IPAddress.Parse(host), number) : null;
        return endPoint is not null;
    }

    /// <summary>Reads the port of an address; when it is none, <paramref name="problem"/> says what to write instead.</summary>
    public static bool TryParsePort(string text, string port, IntegerRange ports, out int number, out string problem)
    {
        bool isPort = IntegerText.TryParse(port, ports, out number, out _) && ports.Contains(number);
        problem = (isPort, IsRange(port)) switch
        {
            (true, _) => "",
            (_, true) => $"names a range of ports, which there is not yet: write an entry for each port, was {ConfigurationText.Quote(text)}",
            _ => $"the port must be a whole number {ports}, was {ConfigurationText.Quote(text)}",
        };
        return isPort;
    }

    /// <summary>As nginx and Envoy write it, HAProxy, and everybody else.</summary>
    public static bool IsSocketFile(string text) =>
        text.StartsWith("unix:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("unix@", StringComparison.OrdinalIgnoreCase) || text.StartsWith('/');

    /// <summary>Four decimal numbers and nothing else; no octal, hexadecimal or shortened forms.</summary>
    public static bool IsAddressV4(string text)
    {
        string[] parts = text.Split('.');
        return parts.Length == 4
            && parts.All(static part => part.Length is >= 1 and <= 3
                && IntegerText.IsWritten(part) && part[0] != '-'
                && int.Parse(part, CultureInfo.InvariantCulture) <= 255);
    }

    private static string CheckHost(string text, string host, bool hasPort)
    {
        string quoted = ConfigurationText.Quote(text);
        if (host is "" or "*" && hasPort)
        {
            return $"lacks an address: write 0.0.0.0{ConfigurationText.Quote(text[host.Length..])[1..^1]} for every IPv4 address, was {quoted}";
        }

        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            bool isV6 = IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out IPAddress? v6)
                && v6.AddressFamily == AddressFamily.InterNetworkV6 && host[1] != '[';
            if (isV6 && v6!.IsIPv6LinkLocal && v6.ScopeId == 0)
            {
                return RefuseScope(text, host);
            }

            string mapped = isV6 && v6!.IsIPv4MappedToIPv6 ? $"is an IPv4 address in IPv6 form: write {v6.MapToIPv4()}{text[host.Length..]}, was {quoted}" : "";
            return isV6 ? mapped : $"must be an IPv6 address in brackets and a port, such as [2001:db8::1]:80, was {quoted}";
        }

        if (text.Contains(':') && IPAddress.TryParse(text, out IPAddress? bare) && bare.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return $"put the IPv6 address in brackets and add a port, such as [2001:db8::1]:80, was {quoted}";
        }

        return IsAddressV4(host) ? "" : $"{NoAddress}, was {quoted}";
    }

    /// <summary>Two numbers with a hyphen between them.</summary>
    private static bool IsRange(string port) => port.Split('-') is [{ Length: > 0 } first, { Length: > 0 } last]
        && first.All(char.IsAsciiDigit) && last.All(char.IsAsciiDigit);

    /// <summary>A link-local address means something else on each interface. The runtime takes a name that no interface has for none.</summary>
    private static string RefuseScope(string text, string host)
    {
        int percent = host.IndexOf('%', StringComparison.Ordinal);
        string address = percent < 0 ? host[1..^1] : host[1..percent];
        string advice = $"write the interface behind the address, such as [{address}%eth0]{ConfigurationText.Quote(text[host.Length..])[1..^1]}";
        string problem = percent < 0
            ? "is a link-local address without an interface"
            : $"names the interface {ConfigurationText.Quote(host[(percent + 1)..^1])}, which this host does not have";
        return $"{problem}: {advice}, was {ConfigurationText.Quote(text)}";
    }
}
