// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.EndToEnd.Harness;

/// <summary>Finds a port that nobody has for TCP and UDP alike, below those that the kernel hands out by itself, so that it is still free when it is used.</summary>
internal static class FreePort
{
    private const int Attempts = 100;
    private const int First = 15_000;
    private const int AfterLast = 32_000;

    public static IPEndPoint Find(IPAddress address)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            var endPoint = new IPEndPoint(address, Random.Shared.Next(First, AfterLast));
            if (IsFree(endPoint, SocketType.Stream, ProtocolType.Tcp) && IsFree(endPoint, SocketType.Dgram, ProtocolType.Udp))
            {
                return endPoint;
            }
        }

        throw new InvalidOperationException($"Found no port at {address} that is free for TCP and UDP in {Attempts} attempts.");
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
