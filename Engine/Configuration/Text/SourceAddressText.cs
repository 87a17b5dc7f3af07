// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Configuration.Text;

/// <summary>An address of this host alone, from which something is connected to: <c>10.0.0.5</c> or <c>2001:db8::5</c>.</summary>
internal static class SourceAddressText
{
    public const string Expected = "an address of this host such as 10.0.0.5 or 2001:db8::5";

    // From 224.0.0.0 on: multicast, reserved, broadcast.
    private const byte FirstOfMany = 0xE0;

    /// <summary>Reads an address. When the text is none, <paramref name="problem"/> says what to write instead.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPAddress? address, out string problem)
    {
        address = null;
        problem = "";
        bool isV4 = EndPointText.IsAddressV4(text);
        if ((!isV4 && !text.Contains(':')) || text.StartsWith('[') || text.Contains('%') || !IPAddress.TryParse(text, out IPAddress? parsed))
        {
            problem = $"must be {Expected}, without a port, was {ConfigurationText.Quote(text)}";
            return false;
        }

        if (parsed.Equals(IPAddress.Any) || parsed.Equals(IPAddress.IPv6Any))
        {
            problem = $"must be {Expected}, was {text}, which is all of them: leave it out to let the system choose";
            return false;
        }

        if (parsed.IsIPv6LinkLocal)
        {
            problem = $"must be an address that does not need the name of an interface, such as 2001:db8::5, was {text}";
            return false;
        }

        if (parsed.IsIPv6Multicast || (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.GetAddressBytes()[0] >= FirstOfMany))
        {
            problem = $"must be the address of one machine, was {text}";
            return false;
        }

        address = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        return true;
    }

    /// <summary>Reads what a validator has passed.</summary>
    public static IPAddress Parse(string text) =>
        TryParse(text, out IPAddress? address, out string problem) ? address : throw new FormatException(problem);
}
