// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>One epoll instance. Registering: the owning reactor only.</summary>
internal sealed unsafe class Epoll
{
    internal const uint EPOLLIN = 0x001;
    internal const uint EPOLLPRI = 0x002;
    internal const uint EPOLLOUT = 0x004;
    internal const uint EPOLLERR = 0x008;
    internal const uint EPOLLHUP = 0x010;
    internal const uint EPOLLRDHUP = 0x2000;
    internal const uint EPOLLET = 1u << 31;

    private const int EPOLL_CLOEXEC = 0x80000;
    private const int EPOLL_CTL_ADD = 1;
    private const int EPOLL_CTL_DEL = 2;
    private const int EPOLL_CTL_MOD = 3;

    private readonly int _fd;

    private Epoll(int fd) => _fd = fd;

    /// <summary>Null, with an error number, when the system has no descriptor or memory left.</summary>
    public static Epoll? TryOpen(out int errno)
    {
        int fd = LibC.epoll_create1(EPOLL_CLOEXEC);
        errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        return fd < 0 ? null : new Epoll(fd);
    }

    /// <summary>Registers a descriptor. Fails with ENOSPC (fs.epoll.max_user_watches) or ENOMEM.</summary>
    public IoResult Add(int fd, uint events, ulong data) => Control(EPOLL_CTL_ADD, fd, events, data);

    /// <summary>Changes what a registered descriptor waits for; what is ready already is reported again.</summary>
    public IoResult Modify(int fd, uint events, ulong data) => Control(EPOLL_CTL_MOD, fd, events, data);

    public void Remove(int fd) => Control(EPOLL_CTL_DEL, fd, 0, 0);

    /// <summary>Waits up to <paramref name="timeoutMilliseconds"/> (-1: for ever) and returns how many events there are; 0 after EINTR.</summary>
    public int Wait(EpollEvents events, int timeoutMilliseconds)
    {
        int count;
        fixed (byte* pointer = events.Bytes)
        {
            count = LibC.epoll_wait(_fd, pointer, events.Capacity, timeoutMilliseconds);
        }

        // EBADF, EFAULT and EINVAL are impossible here: the instance lives as long as its reactor and the buffer is ours.
        return Math.Max(count, 0);
    }

    public void Close() => _ = LibC.close(_fd);

    private IoResult Control(int operation, int fd, uint events, ulong data)
    {
        byte* buffer = stackalloc byte[EpollEvents.MaxStride];
        EpollEvents.Write(new Span<byte>(buffer, EpollEvents.MaxStride), events, data);
        return LibC.epoll_ctl(_fd, operation, fd, buffer) < 0
            ? IoResult.Failure(Marshal.GetLastPInvokeError())
            : IoResult.Success(0);
    }
}
