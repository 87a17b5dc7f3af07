// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Connections;

namespace LbEngine.Transport.Sockets;

/// <summary>Makes sockets with the options that every listener and connection has.</summary>
internal static class SocketSetup
{
    /// <summary>Clients that may wait in the kernel. The kernel clamps it (net.core.somaxconn).</summary>
    private const int Backlog = 16_384;

    /// <summary>A bound socket that does not listen yet.</summary>
    /// <param name="listener">Whose.</param>
    /// <param name="endPoint">Where: its address, or one of two.</param>
    /// <param name="beside">Open sockets of this process whose address overlaps: the port is shared with them.</param>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static Socket Bind(Listener listener, IPEndPoint endPoint, IReadOnlyCollection<Socket> beside)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            Tune(socket, listener.KeepAlive);
            if (beside.Count > 0)
            {
                LinuxOptions.SharePort(socket);
                foreach (Socket open in beside)
                {
                    LinuxOptions.SharePort(open);
                }
            }

            if (listener.MayMissAddress)
            {
                LinuxOptions.AllowMissingAddress(socket);
            }

            socket.Bind(endPoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <exception cref="SocketException">Another socket listens there.</exception>
    public static void Listen(Socket socket) => socket.Listen(Backlog);

    /// <summary>Gives an accepted client its options. Linux hands them down from the listening socket, which saves five system calls per client.</summary>
    public static void TuneAccepted(Socket socket, KeepAlive keepAlive)
    {
        if (!OperatingSystem.IsLinux())
        {
            Tune(socket, keepAlive);
        }
    }

    /// <summary>A socket towards a backend, or the reason why there is none. Exceptions end here: a lack of descriptors is a value on the data path.</summary>
    public static SocketError TryCreate(AddressFamily family, out Socket? socket)
    {
        socket = null;
        try
        {
            socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            return SocketError.Success;
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            socket = null;
            return exception.SocketErrorCode;
        }
    }

    /// <summary>Gives a backend's socket the options that only matter to a connection of some age. One that is closed meanwhile is left alone.</summary>
    public static void TrySetKeepAlive(Socket socket, KeepAlive keepAlive)
    {
        try
        {
            SetKeepAlive(socket, keepAlive);
        }
        catch (SocketException)
        {
            // The peer has reset it, which the relay sees for itself.
        }
        catch (ObjectDisposedException)
        {
            // The connection has ended.
        }
    }

    private static void Tune(Socket socket, KeepAlive keepAlive)
    {
        socket.NoDelay = true;
        SetKeepAlive(socket, keepAlive);
    }

    private static void SetKeepAlive(Socket socket, KeepAlive keepAlive)
    {
        if (keepAlive.IsOn)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, keepAlive.IdleSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, keepAlive.IntervalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, keepAlive.ProbeCount);
        }
    }
}
