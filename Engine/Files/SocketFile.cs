// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using System.Runtime.Versioning;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Files;

/// <summary>A place in the file system where processes of one user meet, and where others may be able to put something, too.</summary>
/// <remarks>
/// Whoever binds gets a file that this user alone can open, and that is removed at the end when it is still the same. Whoever connects speaks with this
/// user, with root, or with whoever owns the directory, and with nobody else. Who is who is known on Linux; on other systems the rights of files decide.
/// Any thread.
/// </remarks>
public sealed class SocketFile : IDisposable
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(20);

    private readonly FileStatus? _own;
    private bool _isDisposed;

    private SocketFile(string path, Socket socket, FileStatus? own)
    {
        Path = path;
        Socket = socket;
        _own = own;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Bound to the file; it does not listen yet. Closed with this.</summary>
    public Socket Socket { get; }

    /// <summary>Makes a socket file of mode 0600. One that a dead process has left there is replaced.</summary>
    /// <param name="path">The file, at most 107 bytes long.</param>
    /// <returns>Dispose it to close the socket and to remove the file.</returns>
    /// <exception cref="IOException">Somebody listens there, something else lies there, or it cannot be made; says which.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public static SocketFile Bind(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = System.IO.Path.GetFullPath(path);
        StaleSocket.Remove(full);
        return OperatingSystem.IsLinux() ? BindOnLinux(full) : BindElsewhere(full);
    }

    /// <summary>Connects to whoever listens at a socket file, and makes sure who that is, before a byte is sent.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">How long it may take; a process that is stopped, or has too many to serve, takes no connection.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Belongs to the caller.</returns>
    /// <exception cref="SocketException">Nobody listens there, or there is no permission.</exception>
    /// <exception cref="UnauthorizedAccessException">Another user listens there; says who.</exception>
    /// <exception cref="TimeoutException">Somebody listens there, but took no connection in time.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public static async Task<Socket> ConnectAsync(string path, TimeSpan limit, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = System.IO.Path.GetFullPath(path);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            Socket? socket;
            while ((socket = await TryConnectAsync(full, deadline.Token).ConfigureAwait(false)) is null)
            {
                // Real time in any case: another process is waited for, whatever clock this one goes by.
                await Task.Delay(RetryEvery, TimeProvider.System, deadline.Token).ConfigureAwait(false);
            }

            return socket;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("whoever listens there takes no connections; it is stopped, or has too many of them");
        }
    }

    /// <summary>Closes the socket, and removes the file unless somebody has put another one there.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (_own is FileStatus own && !FileCalls.ReadStatus(Path, follow: false, out FileStatus now).Failed
            && (now.Device, now.Inode) == (own.Device, own.Inode))
        {
            TryDelete(Path);
        }

        Socket.Dispose();
    }

    private static async Task<Socket?> TryConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            SocketTrust.CheckListener(socket, path);
            return socket;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
        {
            // The queue of those who wait to be accepted is full (EAGAIN, man 2 connect).
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>By the system's own call: a socket that .NET binds removes whatever has its name when it is closed, and hides error numbers.</summary>
    [SupportedOSPlatform("linux")]
    private static SocketFile BindOnLinux(string path)
    {
        IoResult opened = UnixSocketCalls.OpenAndBind(path);
        if (opened.Failed)
        {
            throw opened.Error is Errno.EACCES or Errno.EPERM
                ? new UnauthorizedAccessException(Errno.Describe(opened.Error))
                : new IOException(Errno.Describe(opened.Error));
        }

        var socket = new Socket(new SafeSocketHandle(opened.Value, ownsHandle: true));
        try
        {
            // Until it listens nobody can connect, so there is no moment with wider rights.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return FileCalls.ReadStatus(path, follow: false, out FileStatus own).Failed
                ? throw new IOException("it was removed at this moment")
                : new SocketFile(path, socket, own);
        }
        catch
        {
            socket.Dispose();
            TryDelete(path);
            throw;
        }
    }

    private static SocketFile BindElsewhere(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // Removes the file by itself when it is closed.
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            return new SocketFile(path, socket, null);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new IOException(exception.Message, exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays behind, and whoever binds there next removes it.
        }
    }
}
