// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace LbEngine.Configuration.Text;

/// <summary>Where a backend is, as it is written in a configuration: an address and a port, or a host name and a port.</summary>
/// <param name="EndPoint">The address and port; null for a host name.</param>
/// <param name="Host">The host name in lower case; empty for an address.</param>
/// <param name="Port">The port of either.</param>
internal readonly record struct BackendAddress(IPEndPoint? EndPoint, string Host, int Port)
{
    public const string Expected = "an address or a host name and a port, such as 10.0.0.1:80 or db.internal:5432";

    private const string SchemeEnd = "://";
    private const int LongestHost = 253;
    private const int LongestLabel = 63;

    /// <summary>True when it has to be looked up, and may stand for any number of addresses.</summary>
    [MemberNotNullWhen(false, nameof(EndPoint))]
    public bool IsName => EndPoint is null;

    /// <summary>Reads an address. When the text is none, <paramref name="problem"/> says what to write instead.</summary>
    public static bool TryParse(string text, out BackendAddress address, out string problem)
    {
        address = default;
        if (EndPointText.TryParse(text, IntegerRange.Ports, out IPEndPoint? endPoint, out problem))
        {
            address = new BackendAddress(endPoint, "", endPoint.Port);
            return true;
        }

        if (EndPointText.IsSocketFile(text))
        {
            return false;
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string host = colon < 0 ? text : text[..colon];
        string port = colon < 0 ? "" : text[(colon + 1)..];
        if (!IsHostName(host) || text.Contains(SchemeEnd, StringComparison.Ordinal))
        {
            problem = Explain(text, host, problem);
            return false;
        }

        if (port.Length == 0)
        {
            problem = $"lacks a port: write {ConfigurationText.Quote(host)[1..^1]}:80";
            return false;
        }

        if (!IntegerText.TryParse(port, IntegerRange.Ports, out int number, out _) || !IntegerRange.Ports.Contains(number))
        {
            problem = $"the port must be a whole number {IntegerRange.Ports}, was {ConfigurationText.Quote(text)}";
            return false;
        }

        address = new BackendAddress(null, host.ToLowerInvariant(), number);
        return true;
    }

    /// <summary>Reads what a validator has passed.</summary>
    public static BackendAddress Parse(string text) =>
        TryParse(text, out BackendAddress address, out string problem) ? address : throw new FormatException(problem);

    public override string ToString() => EndPoint?.ToString() ?? string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    /// <summary>
    /// Names as RFC 1123 has them, with the underscores that containers use, and with the dot at the end that keeps a name from being searched for in
    /// other domains.
    /// Whatever ends in a number is meant to be an address: resolvers take 10.1 for 10.0.0.1.
    /// </summary>
    private static bool IsHostName(string host)
    {
        string[] labels = (host.EndsWith('.') ? host[..^1] : host).Split('.');
        return host.Length <= LongestHost && labels.All(IsLabel) && !IsNumber(labels[^1]);
    }

    private static bool IsLabel(string label) => label.Length is >= 1 and <= LongestLabel
        && label[0] != '-' && label[^1] != '-'
        && label.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool IsNumber(string label) => label.All(char.IsAsciiDigit)
        || (label.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && label.Skip(2).All(char.IsAsciiHexDigit));

    private static string Explain(string text, string host, string problem)
    {
        string quoted = ConfigurationText.Quote(text);
        if (text.Contains(SchemeEnd, StringComparison.Ordinal))
        {
            return $"is a URL: write the host and the port alone, such as db.internal:80, was {quoted}";
        }

        if (host is "" or "*" && text.LastIndexOf(':') == host.Length)
        {
            return $"must be {Expected}: a backend is one host, was {quoted}";
        }

        if (host.Any(static c => c > 127 && char.IsLetterOrDigit(c)))
        {
            return $"write the host name in its ASCII form (xn--...), was {quoted}";
        }

        return problem.StartsWith(EndPointText.NoAddress, StringComparison.Ordinal) ? $"must be {Expected}, was {quoted}" : problem;
    }
}
