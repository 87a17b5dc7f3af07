// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Benchmarks.Versus.Tools;

/// <summary>Finds ports that nobody holds, below those that the kernel hands out by itself.</summary>
internal sealed class FreePorts
{
    private const int First = 20_100;
    private const int Last = 32_000;

    private int _next = First;

    /// <summary>The next port that is free for TCP and UDP on the loopback address. A moment later somebody else may take it.</summary>
    public int Take()
    {
        for (; _next < Last; _next++)
        {
            if (IsFree(SocketType.Stream, ProtocolType.Tcp, _next) && IsFree(SocketType.Dgram, ProtocolType.Udp, _next))
            {
                return _next++;
            }
        }

        throw new InvalidOperationException($"No port from {First} to {Last} is free.");
    }

    private static bool IsFree(SocketType type, ProtocolType protocol, int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
