// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace LbEngine.ConsoleHost.Admin;

/// <summary>Binds the socket of the admin interface. A socket file is for its owner alone from the first moment that it answers.</summary>
internal static class AdminSocket
{
    // "No such device or address": what open(2) says of a socket, and of no ordinary file.
    private const int Enxio = 6;

    /// <summary>A bound socket that does not listen yet. It removes its file when it is disposed of.</summary>
    /// <exception cref="AdminUnavailableException">Somebody listens there, something else lies there, or there is no permission.</exception>
    public static Socket Bind(AdminAddress address)
    {
        try
        {
            return address.SocketFile is string path ? BindFile(path) : BindLoopback(address);
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new AdminUnavailableException($"cannot listen on {address}: {exception.Message}", exception);
        }
    }

    private static Socket BindLoopback(AdminAddress address)
    {
        var socket = new Socket(address.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        return BindOrDispose(socket, address);
    }

    private static Socket BindFile(string path)
    {
        var address = new AdminAddress(Path.GetFullPath(path), null);
        RemoveStale(address);
        Socket socket = BindOrDispose(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), address);
        if (!OperatingSystem.IsWindows())
        {
            // Until it listens nobody can connect, so there is no moment with wider rights.
            File.SetUnixFileMode(address.SocketFile!, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return socket;
    }

    private static Socket BindOrDispose(Socket socket, AdminAddress address)
    {
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

    /// <summary>A balancer that was killed leaves its socket file behind: it goes when nobody listens there. Nothing else is ever removed.</summary>
    private static void RemoveStale(AdminAddress address)
    {
        string path = address.SocketFile!;
        if (!File.Exists(path))
        {
            return;
        }

        if (!IsSocket(path))
        {
            throw new AdminUnavailableException($"cannot listen on {address}: there is a file of that name that is no socket");
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(address.EndPoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }

        throw new AdminUnavailableException($"cannot listen on {address}: another balancer listens there");
    }

    private static bool IsSocket(string path)
    {
        try
        {
            // For reading and writing, because a named pipe would block for reading alone.
            using FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return false;
        }
        catch (IOException exception)
        {
            return exception.HResult == Enxio;
        }
    }
}
