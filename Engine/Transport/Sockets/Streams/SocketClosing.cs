// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace LbEngine.Transport.Sockets.Streams;

/// <summary>The two ways to close a TCP socket, whatever state it is in.</summary>
/// <remarks>
/// Disposing a socket while a receive is pending sends RST (dotnet/runtime issue 43385), and in a relay one nearly always is; so
/// each way is spelled out here.
/// </remarks>
internal static class SocketClosing
{
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;
    private const byte TcpClosed = 7;

    /// <summary>
    /// Frees the socket. With reset, the peer gets RST and what the kernel has not sent yet is dropped; without, FIN after what
    /// waits in the kernel. A pending operation completes with <see cref="SocketError.OperationAborted"/>.
    /// </summary>
    public static void Close(Socket? socket, bool withReset, bool noReceivePending = false)
    {
        if (socket is null)
        {
            return;
        }

        if (withReset)
        {
            // The same as LingerState(true, 0) and Dispose, but a socket that the peer has reset before is no exception.
            socket.Close(0);
        }
        else
        {
            // Without a shutdown before it, disposing under a pending receive would send RST.
            if (!noReceivePending)
            {
                TryShutdownSend(socket);
            }

            socket.Dispose();
        }
    }

    /// <summary>Makes the next close with reset send nothing at all, or a reset that lives for one hop where that is not possible: false then.</summary>
    public static bool SetSilent(Socket socket)
    {
        try
        {
            if (OperatingSystem.IsLinux() && LinuxOptions.TrySetSilentClose(socket))
            {
                return true;
            }

            socket.Ttl = 1;
        }
        catch (SocketException)
        {
            // The peer is gone already.
        }
        catch (ObjectDisposedException)
        {
            // It is closed already.
            return true;
        }

        return false;
    }

    /// <summary>Tells a peer that was told nothing before a few words, which the kernel takes at once. False when it did not.</summary>
    public static bool TrySay(Socket socket, ReadOnlySpan<byte> words)
    {
        try
        {
            return socket.Send(words, SocketFlags.None, out SocketError error) == words.Length && error == SocketError.Success;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Sends FIN after what waits in the kernel. False when the peer has reset the connection or the socket is disposed.</summary>
    public static bool TryShutdownSend(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>True when the peer has reset the connection. Means nothing once FIN was sent to that peer: a socket closed in order looks the same.</summary>
    /// <remarks>
    /// Unix reports a reset to one operation only. A receive beside a send that met it sees an end of input, and a side on which
    /// nothing is pending sees nothing. Linux still has the state of the connection (TCP_INFO, man 7 tcp), which reading does not
    /// change; elsewhere there is only the error that nobody has met yet.
    /// </remarks>
    public static bool IsReset(Socket socket)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                Span<byte> state = stackalloc byte[1];
                return socket.GetRawSocketOption(TcpLevel, TcpInfo, state) > 0 && state[0] == TcpClosed;
            }

            return socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is int error and not 0;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}
