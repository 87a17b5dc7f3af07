// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.ConsoleHost.Admin;

/// <summary>Where the admin interface is: a socket file, or a loopback address and port.</summary>
/// <param name="SocketFile">Path of the socket file; null for an address.</param>
/// <param name="Loopback">The address; null for a socket file.</param>
internal sealed record AdminAddress(string? SocketFile, IPEndPoint? Loopback)
{
    private const string SocketFilePrefix = "unix:";

    public EndPoint EndPoint => Loopback is not null ? Loopback : new UnixDomainSocketEndPoint(SocketFile ?? "");

    /// <summary>Where a balancer without an <c>admin</c> section listens, and a command without <c>--admin</c> looks.</summary>
    /// <remarks>
    /// The directory that systemd made for the service; for root the same place; for others the directory of their log-in; at last the temporary one.
    /// A balancer that systemd runs under another user and root's <c>lb status</c> meet at <c>/run/lb/lb.sock</c>.
    /// </remarks>
    public static AdminAddress Default
    {
        get
        {
            if (Read("RUNTIME_DIRECTORY") is string service)
            {
                return new(Path.Combine(service.Split(':')[0], "lb.sock"), null);
            }

            if (Environment.IsPrivilegedProcess && Directory.Exists("/run"))
            {
                return new("/run/lb/lb.sock", null);
            }

            return Read("XDG_RUNTIME_DIR") is string login && Directory.Exists(login)
                ? new(Path.Combine(login, "lb.sock"), null)
                : new(Path.Combine(Path.GetTempPath(), $"lb-{Environment.UserName}.sock"), null);
        }
    }

    /// <summary>Reads <c>unix:PATH</c> or <c>ADDRESS:PORT</c>.</summary>
    public static AdminAddress? TryParse(string text)
    {
        if (text.StartsWith(SocketFilePrefix, StringComparison.Ordinal))
        {
            return text.Length > SocketFilePrefix.Length ? new(text[SocketFilePrefix.Length..], null) : null;
        }

        return text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out IPEndPoint? endPoint) && IPAddress.IsLoopback(endPoint.Address)
            ? new(null, endPoint)
            : null;
    }

    public override string ToString() => Loopback?.ToString() ?? SocketFilePrefix + SocketFile;

    private static string? Read(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
