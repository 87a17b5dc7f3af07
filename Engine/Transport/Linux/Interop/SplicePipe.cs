// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>A kernel pipe through which splice(2) moves pages from one socket to another without copying them. One reactor only.</summary>
internal sealed unsafe class SplicePipe
{
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const int F_SETPIPE_SZ = 1031;
    private const int F_GETPIPE_SZ = 1032;
    private const uint SPLICE_F_MOVE = 1;
    private const uint SPLICE_F_NONBLOCK = 2;
    private const uint SPLICE_F_MORE = 4;

    private readonly int _readEnd;
    private readonly int _writeEnd;

    private SplicePipe(int readEnd, int writeEnd, int capacity)
    {
        _readEnd = readEnd;
        _writeEnd = writeEnd;
        Capacity = capacity;
    }

    /// <summary>Bytes that the kernel granted.</summary>
    public int Capacity { get; }

    /// <summary>The greater of its two descriptors.</summary>
    public int HighestDescriptor => Math.Max(_readEnd, _writeEnd);

    /// <summary>Bytes that lie in the pipe now.</summary>
    public int Buffered { get; private set; }

    /// <summary>Opens a pipe of the wanted size, or of what the user's quota (fs.pipe-user-pages-soft) leaves. Null without descriptors.</summary>
    public static SplicePipe? TryOpen(int wantedCapacity)
    {
        int* ends = stackalloc int[2];
        if (LibC.pipe2(ends, O_NONBLOCK | O_CLOEXEC) < 0)
        {
            return null;
        }

        // Fails with EPERM above the quota; what was really granted is read back either way.
        _ = LibC.fcntl(ends[1], F_SETPIPE_SZ, wantedCapacity);
        int granted = LibC.fcntl(ends[1], F_GETPIPE_SZ, 0);
        return new SplicePipe(ends[0], ends[1], Math.Max(granted, 0));
    }

    /// <summary>
    /// Moves bytes from a socket into the pipe, which must be empty: only then does EAGAIN mean that the socket has nothing, and not that the pipe is
    /// full.
    /// </summary>
    public IoResult Fill(int socket)
    {
        while (true)
        {
            nint moved = LibC.splice(socket, null, _writeEnd, null, (nuint)Capacity, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
            if (moved >= 0)
            {
                Buffered += (int)moved;
                return IoResult.Success((int)moved);
            }

            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR)
            {
                return IoResult.Failure(errno);
            }
        }
    }

    /// <summary>Moves what is buffered to a socket. With <paramref name="more"/> the last segment waits for more data or a FIN.</summary>
    public IoResult Drain(int socket, bool more)
    {
        uint flags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK | (more ? SPLICE_F_MORE : 0);
        while (true)
        {
            nint moved = LibC.splice(_readEnd, null, socket, null, (nuint)Buffered, flags);
            if (moved >= 0)
            {
                Buffered -= (int)moved;
                return IoResult.Success((int)moved);
            }

            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR)
            {
                return IoResult.Failure(errno);
            }
        }
    }

    public void Close()
    {
        _ = LibC.close(_readEnd);
        _ = LibC.close(_writeEnd);
    }
}
