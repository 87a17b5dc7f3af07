// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Sockets.Streams;

/// <summary>Finds peers that take nothing and say nothing while bytes are on their way to them: where they were, there is no network any more.</summary>
internal static class PeerSilence
{
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;

    // struct tcp_info of linux/tcp.h: eight bytes, then numbers.
    private const int Unacked = 2 + 4;
    private const int LastDataReceived = 2 + 11;
    private const int LastAckReceived = 2 + 12;

    /// <summary>The side whose peer is gone, or null and the time until the next look.</summary>
    public static Side? FindGone(KeepAlive keepAlive, Socket client, Socket backend, out long nextLook)
    {
        if (!keepAlive.IsOn)
        {
            nextLook = Listener.LongestLook;
            return null;
        }

        long toClient = keepAlive.NextLook(ReadMilliseconds(client));
        long toBackend = keepAlive.NextLook(ReadMilliseconds(backend));
        nextLook = Math.Min(toClient, toBackend);
        return nextLook > 0 ? null : toClient <= 0 ? Side.Client : Side.Backend;
    }

    /// <summary>
    /// How long the peer has said nothing while segments are on their way to it; 0 when none is, and where it is not known:
    /// everywhere but on Linux.
    /// </summary>
    public static long ReadMilliseconds(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        Span<uint> info = stackalloc uint[LastAckReceived + 1];
        try
        {
            int size = socket.GetRawSocketOption(TcpLevel, TcpInfo, MemoryMarshal.AsBytes(info));

            // While the peer only sends, what it acknowledges again and again is not noted.
            return size < info.Length * sizeof(uint) || info[Unacked] == 0 ? 0 : Math.Min(info[LastDataReceived], info[LastAckReceived]);
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
