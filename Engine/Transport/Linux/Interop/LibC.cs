// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace LbEngine.Transport.Linux.Interop;

/// <summary>The system calls of this library, with the names and argument order of their man pages. Called only by the wrappers beside this file.</summary>
/// <remarks>Every call reports failure by -1 and errno, which <c>SetLastError</c> keeps for the very next statement.</remarks>
internal static unsafe partial class LibC
{
    private const string Library = "libc";

    /// <summary>man 2 socket.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    /// <summary>man 2 bind.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int bind(int sockfd, byte* addr, uint addrlen);

    /// <summary>man 2 listen.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int listen(int sockfd, int backlog);

    /// <summary>man 2 accept4.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int accept4(int sockfd, byte* addr, uint* addrlen, int flags);

    /// <summary>man 2 connect.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int connect(int sockfd, byte* addr, uint addrlen);

    /// <summary>man 2 getsockname.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getsockname(int sockfd, byte* addr, uint* addrlen);

    /// <summary>man 2 getpeername.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getpeername(int sockfd, byte* addr, uint* addrlen);

    /// <summary>man 2 setsockopt.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setsockopt(int sockfd, int level, int optname, void* optval, uint optlen);

    /// <summary>man 2 getsockopt.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getsockopt(int sockfd, int level, int optname, void* optval, uint* optlen);

    /// <summary>man 2 recv. Returns bytes, 0 at the end of input.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint recv(int sockfd, byte* buf, nuint len, int flags);

    /// <summary>man 2 send.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint send(int sockfd, byte* buf, nuint len, int flags);

    /// <summary>man 2 sendmsg. Returns bytes.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint sendmsg(int sockfd, MessageHeader* msg, int flags);

    /// <summary>man 2 recvmsg. Returns bytes, 0 at the end of input.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint recvmsg(int sockfd, MessageHeader* msg, int flags);

    /// <summary>man 2 recvmmsg. Returns messages received; the time-out is never used.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int recvmmsg(int sockfd, BatchedMessage* msgvec, uint vlen, int flags, void* timeout);

    /// <summary>man 2 sendmmsg. Returns messages sent; -1 only when the first one failed.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int sendmmsg(int sockfd, BatchedMessage* msgvec, uint vlen, int flags);

    /// <summary>man 2 splice. Returns bytes moved, 0 at the end of input.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint splice(int fd_in, long* off_in, int fd_out, long* off_out, nuint len, uint flags);

    /// <summary>man 2 shutdown.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int shutdown(int sockfd, int how);

    /// <summary>man 2 close.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int close(int fd);

    /// <summary>man 2 pipe2.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int pipe2(int* pipefd, int flags);

    /// <summary>man 2 fcntl, with an int argument.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fcntl(int fd, int cmd, int arg);

    /// <summary>man 2 ioctl, with a pointer argument.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int ioctl(int fd, nuint request, void* argp);

    /// <summary>man 2 eventfd.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int eventfd(uint initval, int flags);

    /// <summary>man 2 read.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint read(int fd, void* buf, nuint count);

    /// <summary>man 2 write.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint write(int fd, void* buf, nuint count);

    /// <summary>man 2 open. Variadic in C: the mode, which counts only when a file is made, is passed as an ordinary argument on x64 and arm64.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int open(byte* pathname, int flags, uint mode);

    /// <summary>man 2 statx.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int statx(int dirfd, byte* pathname, int flags, uint mask, StatusBuffer* statxbuf);

    /// <summary>man 2 fchown.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fchown(int fd, uint owner, uint group);

    /// <summary>man 2 geteuid. Cannot fail.</summary>
    [LibraryImport(Library)]
    internal static partial uint geteuid();

    /// <summary>man 2 epoll_create1.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    /// <summary>man 2 epoll_ctl. The event's layout depends on the processor: see <see cref="EpollEvents"/>.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_ctl(int epfd, int op, int fd, byte* @event);

    /// <summary>man 2 epoll_wait.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_wait(int epfd, byte* events, int maxevents, int timeout);
}
