// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using System.Text;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>Unix sockets with names in the file system (man 7 unix).</summary>
internal static unsafe class UnixSocketCalls
{
    private const int AF_UNIX = 1;
    private const int SOCK_STREAM = 1;
    private const int ENAMETOOLONG = 36;
    private const int SOCK_CLOEXEC = 0x80000;

    /// <summary>struct sockaddr_un { sa_family_t sun_family; char sun_path[108]; }</summary>
    private const int LongestPath = 107;

    /// <summary>A stream socket bound to a new file; EADDRINUSE when there is something of that name.</summary>
    public static IoResult OpenAndBind(string path)
    {
        byte[] name = Encoding.UTF8.GetBytes(path);
        if (name.Length > LongestPath)
        {
            return IoResult.Failure(ENAMETOOLONG);
        }

        int fd = LibC.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
        {
            return IoResult.Failure(Marshal.GetLastPInvokeError());
        }

        byte* address = stackalloc byte[sizeof(ushort) + LongestPath + 1];
        *(ushort*)address = AF_UNIX;
        name.CopyTo(new Span<byte>(address + sizeof(ushort), LongestPath));
        if (LibC.bind(fd, address, (uint)(sizeof(ushort) + name.Length + 1)) < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            _ = LibC.close(fd);
            return IoResult.Failure(errno);
        }

        return IoResult.Success(fd);
    }

    /// <summary>True for a unix socket.</summary>
    public static bool IsUnix(int fd) => SocketCalls.GetOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_DOMAIN).Value == AF_UNIX;
}
