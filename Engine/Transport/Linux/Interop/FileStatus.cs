// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Interop;

/// <summary>What the kernel says of a file (statx, man 2 statx).</summary>
/// <param name="Mode">Its kind and its rights (st_mode, man 7 inode).</param>
/// <param name="Owner">The user that owns it.</param>
/// <param name="Group">Its group.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Device">The file system that it is on.</param>
/// <param name="Inode">Its number there: with the device, which file it is, whatever it is called.</param>
internal readonly record struct FileStatus(int Mode, uint Owner, uint Group, long Length, ulong Device, ulong Inode)
{
    private const int S_IFMT = 0xF000;
    private const int S_IFREG = 0x8000;
    private const int S_IFDIR = 0x4000;
    private const int S_IFLNK = 0xA000;
    private const int S_IFIFO = 0x1000;
    private const int S_IFSOCK = 0xC000;
    private const int S_IWOTH = 0x2;

    public bool IsRegular => (Mode & S_IFMT) == S_IFREG;

    public bool IsDirectory => (Mode & S_IFMT) == S_IFDIR;

    public bool IsLink => (Mode & S_IFMT) == S_IFLNK;

    public bool IsPipe => (Mode & S_IFMT) == S_IFIFO;

    public bool IsSocket => (Mode & S_IFMT) == S_IFSOCK;

    /// <summary>True when any user of this host may write it.</summary>
    public bool IsWritableByAll => (Mode & S_IWOTH) != 0;

    /// <summary>Rights of owner, group and others.</summary>
    public int Rights => Mode & 0x1FF;
}
