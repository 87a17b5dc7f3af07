// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.Harness.Host;

/// <summary>
/// Finds a port that nobody has at any address, for TCP and UDP alike. It lies below those that the kernel hands out by itself and is
/// given to one caller only, so that it is still free when it is used, in whatever family or protocol, and when it is used again.
/// </summary>
internal static class FreePort
{
    private const int Attempts = 100;
    private const int First = 15_000;
    private const int AfterLast = 32_000;

    private static int _last = Random.Shared.Next(AfterLast - First);

    public static IPEndPoint Find(IPAddress address)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            var endPoint = new IPEndPoint(address, First + (int)((uint)Interlocked.Increment(ref _last) % (AfterLast - First)));
            if (IsFree(IPAddress.Any, endPoint.Port) && (!Socket.OSSupportsIPv6 || IsFree(IPAddress.IPv6Any, endPoint.Port)) && IsFree(address, endPoint.Port))
            {
                return endPoint;
            }
        }

        throw new InvalidOperationException($"Found no port at {address} that is free for TCP and UDP in {Attempts} attempts.");
    }

    private static bool IsFree(IPAddress address, int port)
    {
        var endPoint = new IPEndPoint(address, port);
        return IsFree(endPoint, SocketType.Stream, ProtocolType.Tcp) && IsFree(endPoint, SocketType.Dgram, ProtocolType.Udp);
    }

    private static bool IsFree(IPEndPoint endPoint, SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(endPoint.AddressFamily, type, protocol);
        try
        {
            socket.Bind(endPoint);
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
