// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Files;

/// <summary>Whom a file comes from: what another user of this host could have put there is neither believed nor followed.</summary>
internal static class FileTrust
{
    private const uint Root = 0;
    private const int MostLinks = 8;

    /// <summary>Where a path leads when each link on the way was made by this user or by root. Directories may be links: whoever made them decides what
    /// is in them anyhow.</summary>
    /// <exception cref="UnauthorizedAccessException">Another user made the link.</exception>
    /// <exception cref="RefusedFileException">Links lead in a circle.</exception>
    public static string FollowLinks(string path)
    {
        string target = Path.GetFullPath(path);
        if (!OperatingSystem.IsLinux())
        {
            return File.ResolveLinkTarget(target, returnFinalTarget: true)?.FullName ?? target;
        }

        for (int links = 0; !FileCalls.ReadStatus(target, follow: false, out FileStatus status).Failed && status.IsLink; links++)
        {
            if (links == MostLinks)
            {
                throw new RefusedFileException("is a link that leads to no file");
            }

            if (status.Owner != FileCalls.EffectiveUser && status.Owner != Root)
            {
                throw new UnauthorizedAccessException($"is a link of {User(status.Owner)}, which is not followed; name the file itself");
            }

            // Not made shorter as a text: the directory may be a link too, and ".." is where that leads.
            string next = new FileInfo(target).LinkTarget ?? throw new IOException("is a link that changes this moment; try again");
            target = Path.IsPathRooted(next) ? next : Path.Join(Path.GetDirectoryName(target), next);
        }

        return target;
    }

    /// <summary>Whether a file may be believed, and replaced: it is this user's, and nobody else can write it. Root may use that of any user, in a
    /// directory where not everybody could have put it.</summary>
    /// <exception cref="UnauthorizedAccessException">It may not; says why, and what to do.</exception>
    public static void Check(string path, in FileStatus file)
    {
        if (file.IsWritableByAll)
        {
            throw new UnauthorizedAccessException($"can be written by every user of this host; run: chmod o-w {path}");
        }

        uint user = FileCalls.EffectiveUser;
        if (file.Owner != user && (user != Root || IsForAll(Path.GetDirectoryName(path))))
        {
            throw new UnauthorizedAccessException(
                $"belongs to {User(file.Owner)}, and this process is {User(user)}; give it to that one with chown, or name another file");
        }
    }

    private static bool IsForAll(string? directory) =>
        FileCalls.ReadStatus(directory ?? "/", follow: true, out FileStatus status).Failed || status.IsWritableByAll;

    private static string User(uint id) => id == Root ? "root" : string.Create(CultureInfo.InvariantCulture, $"user {id}");
}
