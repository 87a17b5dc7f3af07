// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using System.Text;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>System calls on files that say more of a file, and wait less, than those of the runtime. Any thread.</summary>
internal static unsafe class FileCalls
{
    private const int AT_FDCWD = -100;
    private const int AT_SYMLINK_NOFOLLOW = 0x100;
    private const int AT_EMPTY_PATH = 0x1000;
    private const uint STATX_BASIC_STATS = 0x7FF;
    private const int O_NOCTTY = 0x100;
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;

    // The one flag here that has another number on arm (asm/fcntl.h).
    private static readonly int O_NOFOLLOW = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <summary>The user as whom this process acts.</summary>
    public static uint EffectiveUser => LibC.geteuid();

    /// <summary>What stands at a path: the file that links lead to, or, without following, what has that very name.</summary>
    public static IoResult ReadStatus(string path, bool follow, out FileStatus status) =>
        ReadStatus(AT_FDCWD, path, follow ? 0 : AT_SYMLINK_NOFOLLOW, out status);

    /// <summary>What an open descriptor is.</summary>
    public static IoResult ReadStatus(int fd, out FileStatus status) => ReadStatus(fd, "", AT_EMPTY_PATH, out status);

    /// <summary>
    /// Opens a file for reading. Never waits for the other end of a pipe, nor for whoever holds a lease; never takes a terminal. Without following,
    /// a link is refused with ELOOP.
    /// </summary>
    public static IoResult OpenToRead(string path, bool follow)
    {
        int flags = O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW);
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            while (true)
            {
                int fd = LibC.open(name, flags, 0);
                if (fd >= 0)
                {
                    return IoResult.Success(fd);
                }

                int errno = Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR)
                {
                    return IoResult.Failure(errno);
                }
            }
        }
    }

    /// <summary>Gives an open file to a user and a group. Only root may give it to another user, and only to a group that this process is in.</summary>
    public static IoResult SetOwner(int fd, uint owner, uint group) =>
        LibC.fchown(fd, owner, group) < 0 ? IoResult.Failure(Marshal.GetLastPInvokeError()) : IoResult.Success(0);

    private static IoResult ReadStatus(int directory, string path, int flags, out FileStatus status)
    {
        StatusBuffer buffer = default;
        int result;
        int errno;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            result = LibC.statx(directory, name, flags, STATX_BASIC_STATS, &buffer);
            errno = result < 0 ? Marshal.GetLastPInvokeError() : 0;
        }

        ulong device = ((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor;
        status = new FileStatus(buffer.Mode, buffer.Owner, buffer.Group, (long)buffer.Length, device, buffer.Inode);
        return result < 0 ? IoResult.Failure(errno) : IoResult.Success(0);
    }
}
