// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LbEngine.Transport;

/// <summary>Asks the system whether sockets may have addresses that are not this host's.</summary>
internal static class ForeignAddresses
{
    // IP_TRANSPARENT of linux/in.h; whoever may set it may set that of IPv6.
    private const int IPv4Level = 0;
    private const int Transparent = 19;

    /// <summary>Why they may not, and what would allow it; null when they may.</summary>
    public static string? Refuse()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "it takes Linux";
        }

        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            int on = 1;
            socket.SetRawSocketOption(IPv4Level, Transparent, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in on)));
            return null;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AccessDenied or SocketError.OperationNotSupported)
        {
            return "the process lacks CAP_NET_ADMIN (systemd: AmbientCapabilities= and CapabilityBoundingSet=; by hand: "
                + "setcap cap_net_admin,cap_net_bind_service+ep lb)";
        }
        catch (SocketException exception)
        {
            return $"IP_TRANSPARENT cannot be set ({exception.Message})";
        }
    }
}
