// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.EndToEnd.Harness;

/// <summary>Finds a port that nobody has for TCP and UDP alike. Somebody else may take it before it is used; that is rare.</summary>
internal static class FreePort
{
    private const int Attempts = 100;

    public static IPEndPoint Find(IPAddress address)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            using var port = new ClosedPort(address);
            using var datagrams = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                datagrams.Bind(port.EndPoint);
                return port.EndPoint;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Taken for UDP only: another one.
            }
        }

        throw new InvalidOperationException($"Found no port at {address} that is free for TCP and UDP in {Attempts} attempts.");
    }
}
