// SPDX-License-Identifier: MIT
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Files;

/// <summary>A file that this program reads and writes. It is replaced as a whole: a reader, and a crash, meet the old or the new one.</summary>
/// <remarks>
/// Whoever else can write in the directory decides nothing: links are followed only when this user or root made them, the new content comes under a
/// name that nobody can foresee and that was free, and a file of another kind, of another user or with another content is left as it is. One caller
/// at a time.
/// </remarks>
internal sealed class OwnFile
{
    private const int StartBytes = 4096;
    private const int MostAside = 10;
    private const int RightsOfGroup = 0x38;

    // What a umask of nothing leaves to others must not be refused at the next start.
    private const UnixFileMode FirstRights = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _path;
    private readonly int _maxBytes;
    private readonly Func<ReadOnlyMemory<byte>, bool> _isOurs;

    /// <param name="path">The file, or a link to it.</param>
    /// <param name="maxBytes">The largest that is read.</param>
    /// <param name="isOurs">Says by its first 4 KiB whether a file is one of those that this program writes; never asked about an empty one.</param>
    public OwnFile(string path, int maxBytes, Func<ReadOnlyMemory<byte>, bool> isOurs)
    {
        _path = path;
        _maxBytes = maxBytes;
        _isOurs = isOurs;
    }

    /// <summary>Reads it whole; nothing when there is none, or an empty one.</summary>
    /// <exception cref="RefusedFileException">It is no regular file, or none that this program writes; it is not touched.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission, or others could have written it.</exception>
    /// <exception cref="IOException">It cannot be read, or not in time.</exception>
    public ReadOnlyMemory<byte> Read()
    {
        try
        {
            ReadOnlyMemory<byte> content = RegularFile.ReadInTime(() => Open(FileTrust.FollowLinks(_path)), _maxBytes);
            RequireOurs(content[..Math.Min(content.Length, StartBytes)]);
            return content;
        }
        catch (FileNotFoundException)
        {
            return default;
        }
        catch (DirectoryNotFoundException)
        {
            return default;
        }
    }

    /// <summary>Replaces it, or the file that a link leads to. Owner, group and rights stay.</summary>
    /// <exception cref="RefusedFileException">It is no regular file, or none that this program writes; it is not touched.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission, or others could have written it; the old one is unharmed.</exception>
    /// <exception cref="IOException">It cannot be written; the old one is unharmed.</exception>
    public void Replace(ReadOnlySpan<byte> content)
    {
        string target = FileTrust.FollowLinks(_path);
        FileStatus? old = Deadline.Run(() => Examine(target), RegularFile.Patience);
        string fresh = $"{target}.{Guid.NewGuid():N}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FirstRights;
        }

        FileStream stream = new(fresh, options);
        try
        {
            using (stream)
            {
                if (old is FileStatus known)
                {
                    Keep(known, stream);
                }

                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(fresh, target, overwrite: true);
        }
        catch
        {
            File.Delete(fresh);
            throw;
        }
    }

    /// <summary>Gives a file that cannot be understood another name, which was free.</summary>
    /// <returns>That name.</returns>
    /// <exception cref="IOException">There are too many already.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public string SetAside()
    {
        string target = FileTrust.FollowLinks(_path);
        for (int i = 0; ; i++)
        {
            string aside = i == 0 ? $"{target}.broken" : $"{target}.broken{i}";
            try
            {
                File.Move(target, aside, overwrite: false);
                return aside;
            }
            catch (IOException) when (i < MostAside)
            {
                // Somebody may still want to look at the one of that name.
            }
        }
    }

    private static OpenFile Open(string target)
    {
        OpenFile file = FileOpener.OpenItself(target);
        try
        {
            if (file.Status is FileStatus status)
            {
                FileTrust.Check(target, status);
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Keep(in FileStatus old, FileStream stream)
    {
        int fd = (int)stream.SafeFileHandle.DangerousGetHandle();
        bool isKept = !FileCalls.ReadStatus(fd, out FileStatus fresh).Failed
            && ((fresh.Owner, fresh.Group) == (old.Owner, old.Group) || !FileCalls.SetOwner(fd, old.Owner, old.Group).Failed);

        // Another group must not get the rights that its group had.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(stream.SafeFileHandle, (UnixFileMode)(isKept ? old.Rights : old.Rights & ~RightsOfGroup));
        }
    }

    /// <summary>What stands there now, if it may be replaced; null for nothing.</summary>
    private FileStatus? Examine(string target)
    {
        try
        {
            using OpenFile file = Open(target);
            RequireOurs(file.ReadStart(StartBytes));
            return file.Status;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private void RequireOurs(ReadOnlyMemory<byte> start)
    {
        if (!start.IsEmpty && !_isOurs(start))
        {
            throw new RefusedFileException("is another kind of file, and is left as it is; name one that is not there yet");
        }
    }
}
