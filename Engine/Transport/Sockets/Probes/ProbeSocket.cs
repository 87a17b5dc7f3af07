// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Backends;
using LbEngine.Transport.Probes;

namespace LbEngine.Transport.Sockets.Probes;

/// <summary>Makes the sockets of probes.</summary>
internal static class ProbeSocket
{
    /// <summary>A socket of the address's family, bound to the first source address that can be had.</summary>
    /// <exception cref="SocketException">There is no socket, or no source address; the latter as <see cref="SocketError.AddressNotAvailable"/>.</exception>
    public static Socket Open(SocketType type, HealthCheck check, IPEndPoint address)
    {
        SourceTurn turn = check.Sources.Begin(address.AddressFamily == AddressFamily.InterNetwork, client: default);
        while (true)
        {
            var socket = new Socket(address.AddressFamily, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
            if (SourceBinding.Bind(socket, turn.Take()) == SourceProblem.None)
            {
                return socket;
            }

            socket.Dispose();
            if (!turn.HasMore)
            {
                throw new SocketException((int)SocketError.AddressNotAvailable);
            }
        }
    }
}
