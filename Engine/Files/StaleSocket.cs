// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net.Sockets;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Files;

/// <summary>Socket files that processes have left behind which were killed: they go when nobody listens there. Nothing else is ever removed.</summary>
internal static class StaleSocket
{
    // "No such device or address": what open(2) says of a socket, and of no ordinary file.
    private const int Enxio = 6;

    /// <exception cref="IOException">Somebody listens there, or there is something else.</exception>
    /// <exception cref="UnauthorizedAccessException">Nobody listens there, but it may not be removed.</exception>
    public static void Remove(string path)
    {
        if (!Exists(path))
        {
            return;
        }

        if (!IsSocket(path))
        {
            throw new IOException("there is a file of that name that is no socket");
        }

        // Without blocking: a process that is stopped, and has many waiting, would hold this one up for ever.
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
        {
            throw new IOException("another process listens there, and takes no connections");
        }
        catch (SocketException exception)
        {
            throw new IOException(exception.Message, exception);
        }

        throw new IOException($"another process listens there{Describe(SocketTrust.ReadPeer(probe))}");
    }

    private static string Describe(PeerProcess? listening) => listening switch
    {
        null => "",
        PeerProcess own when SocketTrust.IsOurs(own.User) => string.Create(CultureInfo.InvariantCulture, $" (process {own.Id})"),
        PeerProcess other => string.Create(CultureInfo.InvariantCulture, $" (process {other.Id} of user {other.User})"),
    };

    private static bool Exists(string path) =>
        OperatingSystem.IsLinux() ? !FileCalls.ReadStatus(path, follow: false, out _).Failed : File.Exists(path);

    private static bool IsSocket(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return !FileCalls.ReadStatus(path, follow: false, out FileStatus status).Failed && status.IsSocket;
        }

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
