// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>Says what a port without an address means on this host.</summary>
internal static class EveryAddress
{
    /// <summary>The meaning of a right <c>bind</c>; null where it names an address.</summary>
    public static string? Explain(string bind) => Explain(bind, Socket.OSSupportsIPv6);

    internal static string? Explain(string bind, bool hasIPv6)
    {
        string port = bind[(bind.LastIndexOf(':') + 1)..];
        if (bind != port && bind != $":{port}" && bind != $"*:{port}")
        {
            return null;
        }

        return hasIPv6 ? $"port {port} at every IPv4 and IPv6 address of this host" : $"port {port} at every IPv4 address of this host, which has no IPv6 now";
    }
}
