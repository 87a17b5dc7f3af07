// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;

namespace LbEngine.Configuration.Text;

/// <summary>Where a listener listens, as it is written in a configuration: an address and a port, or a port alone for every address of the host.</summary>
/// <param name="EndPoint">The address and the port; <c>[::]</c> where every address of both families is meant.</param>
/// <param name="IsEverywhere">Every IPv4 and every IPv6 address: <c>*:8080</c>, <c>:8080</c> or <c>8080</c>. Alone, <c>[::]</c> is IPv6 only.</param>
internal readonly record struct BindAddress(IPEndPoint EndPoint, bool IsEverywhere)
{
    private const string Everything = "*:";

    private static readonly IntegerRange Ports = new(0, IntegerRange.Ports.Max);

    /// <summary>Each address by itself: 0.0.0.0 and [::] for a listener that is everywhere. A host without IPv6 has left the first of them.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => HasBothFamilies ? [new IPEndPoint(IPAddress.Any, EndPoint.Port), EndPoint] : [EndPoint];

    private bool HasBothFamilies => IsEverywhere && EndPoint.Address.Equals(IPAddress.IPv6Any);

    /// <summary>Reads an address. When the text is none, <paramref name="problem"/> says what to write instead.</summary>
    public static bool TryParse(string text, out BindAddress address, out string problem)
    {
        address = default;
        if (FindPort(text) is not string port)
        {
            bool isAddress = EndPointText.TryParse(text, Ports, out IPEndPoint? endPoint, out problem);
            address = isAddress ? new BindAddress(endPoint!, IsEverywhere: false) : default;
            problem = text == "*" ? "lacks a port: write *:8080" : problem;
            return isAddress;
        }

        bool isRight = EndPointText.TryParsePort(text, port, Ports, out int number, out problem);
        address = isRight ? new BindAddress(new IPEndPoint(IPAddress.IPv6Any, number), IsEverywhere: true) : default;
        return isRight;
    }

    /// <summary>Reads what a validator has passed.</summary>
    public static BindAddress Parse(string text) =>
        TryParse(text, out BindAddress address, out string problem) ? address : throw new FormatException(problem);

    /// <summary>The one form of all texts for every address, so that a reload finds no difference between them; other texts stay what they are.</summary>
    public static string Unify(string text) => FindPort(text) is not null && TryParse(text, out BindAddress address, out _) ? address.ToString() : text;

    /// <summary>As a configuration has it: <c>*:8080</c> for every address.</summary>
    public override string ToString() =>
        HasBothFamilies ? string.Create(CultureInfo.InvariantCulture, $"{Everything}{EndPoint.Port}") : EndPoint.ToString();

    /// <summary>What stands for the port where no address is named; null where one is.</summary>
    private static string? FindPort(string text)
    {
        if (text.StartsWith(':') || text.StartsWith(Everything, StringComparison.Ordinal))
        {
            string port = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
            return port.Contains(':', StringComparison.Ordinal) ? null : port;
        }

        return text.Length > 0 && text.All(char.IsAsciiDigit) ? text : null;
    }
}
