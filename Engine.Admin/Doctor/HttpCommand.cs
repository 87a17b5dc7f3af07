// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Admin.Doctor;

/// <summary>The request of a target as people write it, and as a command for a shell.</summary>
internal static class HttpCommand
{
    public static string Request(DoctorTarget target) => $"{target.Method} {Scheme(target)}://{target.EndPoint}{Figures.Preview(target.Path)}";

    /// <summary>The same with curl: through the same address, with the same name.</summary>
    public static string Curl(DoctorTarget target)
    {
        int port = target.EndPoint.Port;
        string address = target.EndPoint.Address.AddressFamily == AddressFamily.InterNetworkV6
            ? $"[{target.EndPoint.Address}]"
            : target.EndPoint.Address.ToString();
        string method = target.Method == "GET" ? "" : target.Method == "HEAD" ? " -I" : $" -X {Quote(target.Method)}";
        string limit = string.Create(CultureInfo.InvariantCulture, $"--max-time {Math.Ceiling(target.Patience.TotalSeconds)}");
        string insecure = target is { Tls: true, VerifyTls: false } ? " -k" : "";
        string header = target.SendsHeader ? " --haproxy-protocol" : "";
        string name = "";
        string host = address;
        if (target.Host is not null && target.Tls && !IPAddress.TryParse(target.CertificateName, out _))
        {
            // The name must be in the address too, or curl asks for the wrong certificate.
            host = target.CertificateName;
            name = $" --resolve {Quote($"{host}:{port}:{address}")}";
        }
        else if (target.Host is not null)
        {
            name = $" -H {Quote($"Host: {target.Host}")}";
        }

        return $"curl -v{method} {limit}{insecure}{header}{name} {Quote($"{Scheme(target)}://{host}:{port}{target.Path}")}";
    }

    /// <summary>One word for a shell.</summary>
    public static string Quote(string text)
    {
        bool isPlain = text.Length > 0
            && text.All(character => char.IsAsciiLetterOrDigit(character) || "-._:/[]@%+=,".Contains(character));
        return isPlain
            ? text.Contains('[', StringComparison.Ordinal) ? $"'{text}'" : text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    private static string Scheme(DoctorTarget target) => target.Tls ? "https" : "http";
}
