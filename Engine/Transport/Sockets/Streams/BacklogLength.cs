// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LbEngine.Transport.Sockets.Streams;

/// <summary>How many clients wait to be accepted; known on Linux alone.</summary>
internal static class BacklogLength
{
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;

    // struct tcp_info of linux/tcp.h: of a listening socket, the fifth number after eight bytes is the length of its queue.
    private const int Unacked = 2 + 4;

    /// <summary>Clients in the queue of a listening socket; 0 where that is not known.</summary>
    public static int Read(Socket listening)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        Span<uint> info = stackalloc uint[Unacked + 1];
        try
        {
            int size = listening.GetRawSocketOption(TcpLevel, TcpInfo, MemoryMarshal.AsBytes(info));
            return size < info.Length * sizeof(uint) ? 0 : (int)info[Unacked];
        }
        catch (SocketException)
        {
            return 0;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }
}
