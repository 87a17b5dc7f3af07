// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Files;

/// <summary>
/// Whom a unix socket leads to. In a directory for all, such as the temporary one, anybody may listen under the name that this user looks for.
/// </summary>
internal static class SocketTrust
{
    private const uint Root = 0;
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const int WritableByOthers = 0x12; // group and all

    /// <summary>Null where the system does not tell.</summary>
    public static PeerProcess? ReadPeer(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        // struct ucred { pid_t pid; uid_t uid; gid_t gid; }, man 7 unix
        Span<int> credentials = stackalloc int[3];
        _ = socket.GetRawSocketOption(SolSocket, SoPeerCred, MemoryMarshal.AsBytes(credentials));
        return new PeerProcess(credentials[0], (uint)credentials[1]);
    }

    /// <summary>Makes sure that whoever listens is this user, root, or the owner of a directory where nobody else could have put the file.</summary>
    /// <param name="connected">A connection that this process has opened.</param>
    /// <param name="path">Where, as a full path.</param>
    /// <exception cref="UnauthorizedAccessException">It is somebody else; says who.</exception>
    public static void CheckListener(Socket connected, string path)
    {
        if (ReadPeer(connected) is not PeerProcess peer)
        {
            return;
        }

        // Removed since: then the process alone counts.
        uint owner = FileCalls.ReadStatus(path, follow: false, out FileStatus file).Failed ? peer.User : file.Owner;
        foreach (uint user in (ReadOnlySpan<uint>)[peer.User, owner])
        {
            if (!IsOurs(user) && !IsVouchedFor(path, user))
            {
                string whose = user == peer.User
                    ? string.Create(CultureInfo.InvariantCulture, $"process {peer.Id} listens there, which belongs to user {user}")
                    : string.Create(CultureInfo.InvariantCulture, $"the file belongs to user {user}");
                throw new UnauthorizedAccessException($"{whose}, and not to you; nothing was sent");
            }
        }
    }

    /// <summary>Makes sure that whoever has connected is this user or root.</summary>
    /// <exception cref="UnauthorizedAccessException">It is somebody else; says who.</exception>
    public static void CheckClient(Socket accepted)
    {
        if (ReadPeer(accepted) is PeerProcess peer && !IsOurs(peer.User))
        {
            throw new UnauthorizedAccessException(string.Create(CultureInfo.InvariantCulture, $"process {peer.Id} belongs to user {peer.User}"));
        }
    }

    /// <summary>True for a descriptor of a socket that this user has opened, root, or whoever has sent it.</summary>
    public static bool IsOpenedByUs(int descriptor, Socket sender) =>
        !FileCalls.ReadStatus(descriptor, out FileStatus status).Failed
        && status.IsSocket
        && (IsOurs(status.Owner) || status.Owner == ReadPeer(sender)?.User);

    public static bool IsOurs(uint user) => user == Root || user == FileCalls.EffectiveUser;

    /// <summary>True when nobody but root, this user and that one could have put something at a path.</summary>
    public static bool IsVouchedFor(string path, uint user)
    {
        for (string? directory = Path.GetDirectoryName(path); directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (FileCalls.ReadStatus(directory, follow: false, out FileStatus status).Failed
                || !(IsOurs(status.Owner) || status.Owner == user)
                || (!status.IsLink && (status.Rights & WritableByOthers) != 0))
            {
                return false;
            }
        }

        // The directory itself must be that user's: one of root's says nothing of others.
        return !FileCalls.ReadStatus(Path.GetDirectoryName(path) ?? "/", follow: true, out FileStatus own).Failed && own.Owner == user;
    }
}
