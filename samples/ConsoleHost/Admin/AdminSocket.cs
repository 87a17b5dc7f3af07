// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Files;

namespace LbEngine.ConsoleHost.Admin;

/// <summary>
/// The bound socket of the admin interface, which does not listen yet. A socket file is for its owner alone from the first moment that it answers.
/// </summary>
internal sealed class AdminSocket : IDisposable
{
    private readonly SocketFile? _file;

    private AdminSocket(Socket socket, SocketFile? file)
    {
        Socket = socket;
        _file = file;
    }

    /// <summary>Closed with this.</summary>
    public Socket Socket { get; }

    /// <summary>Binds it.</summary>
    /// <exception cref="AdminUnavailableException">Somebody listens there, something else lies there, or there is no permission.</exception>
    public static AdminSocket Bind(AdminAddress address)
    {
        try
        {
            if (address.SocketFile is string path)
            {
                SocketFile file = SocketFile.Bind(path);
                return new AdminSocket(file.Socket, file);
            }

            return new AdminSocket(BindLoopback(address), null);
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new AdminUnavailableException($"cannot listen on {address}: {exception.Message}", exception);
        }
    }

    /// <summary>Closes it. Its file goes too, but not one that somebody else has put in its place.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        Socket.Dispose();
    }

    private static Socket BindLoopback(AdminAddress address)
    {
        var socket = new Socket(address.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(address.EndPoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
