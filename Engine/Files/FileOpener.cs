// SPDX-License-Identifier: MIT
using LbEngine.Transport.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace LbEngine.Files;

/// <summary>Opens regular files and nothing else. Any thread; only under a <see cref="Deadline"/>, because a file server may be away.</summary>
internal static class FileOpener
{
    /// <summary>Opens the file that links lead to.</summary>
    /// <exception cref="RefusedFileException">It is no regular file; says what it is.</exception>
    public static OpenFile Open(string path) => Open(path, follow: true);

    /// <summary>Opens what has that very name: the last part of the path may be no link.</summary>
    /// <exception cref="RefusedFileException">It is no regular file; says what it is.</exception>
    public static OpenFile OpenItself(string path) => Open(path, follow: false);

    /// <summary>Refuses what is no regular file.</summary>
    public static void RequireRegular(in FileStatus status)
    {
        if (status.IsRegular)
        {
            return;
        }

        throw new RefusedFileException(status switch
        {
            { IsDirectory: true } => "is a directory; name a file",
            { IsPipe: true } => "is a pipe; name a regular file",
            { IsSocket: true } => "is a socket; name a regular file",
            { IsLink: true } => "is a link that was put there this moment; try again",
            _ => "is a device; name a regular file",
        });
    }

    private static OpenFile Open(string path, bool follow)
    {
        // Refuses what no system call may get: an embedded null would end the name there.
        string full = Path.GetFullPath(path);
        return OperatingSystem.IsLinux() ? OpenOnLinux(full, follow) : OpenElsewhere(full);
    }

    private static OpenFile OpenOnLinux(string path, bool follow)
    {
        // Before it is opened, which alone makes some devices do something; and after it, since the name may mean another file by then.
        FileErrors.ThrowIfFailed(FileCalls.ReadStatus(path, follow, out FileStatus status));
        RequireRegular(status);
        IoResult opened = FileCalls.OpenToRead(path, follow);
        FileErrors.ThrowIfFailed(opened);
        var handle = new SafeFileHandle(opened.Value, ownsHandle: true);
        try
        {
            FileErrors.ThrowIfFailed(FileCalls.ReadStatus(opened.Value, out status));
            RequireRegular(status);
            return new OpenFile(handle, status);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Where the system does not say what a file is, only a file with a position is a regular one.</summary>
    private static OpenFile OpenElsewhere(string path)
    {
        if (Directory.Exists(path))
        {
            throw new RefusedFileException("is a directory; name a file");
        }

        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            // Of what has no position, the system's answer is an exception.
            _ = RandomAccess.GetLength(handle);
            return new OpenFile(handle, null);
        }
        catch (NotSupportedException exception)
        {
            handle.Dispose();
            throw new RefusedFileException("is no regular file; name one", exception);
        }
    }
}
