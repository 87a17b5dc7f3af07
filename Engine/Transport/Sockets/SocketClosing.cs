// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace LbEngine.Transport.Sockets;

/// <summary>The two ways to close a TCP socket, whatever state it is in.</summary>
/// <remarks>Disposing a socket while a receive is pending sends RST (dotnet/runtime issue 43385), and in a relay one nearly always is; so each way is spelled out here.</remarks>
internal static class SocketClosing
{
    /// <summary>Frees the socket. With reset, the peer gets RST and what the kernel has not sent yet is dropped; without, FIN after what waits in the kernel. A pending operation completes with <see cref="SocketError.OperationAborted"/>.</summary>
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

    /// <summary>True when the peer has reset the connection, for a socket on which no receive is pending that would tell. Reading clears the error, so true must be acted on.</summary>
    public static bool HasFailed(Socket socket)
    {
        try
        {
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
