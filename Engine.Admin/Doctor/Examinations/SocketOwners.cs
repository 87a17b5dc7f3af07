// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Which processes have a socket open: what <c>ss -p</c> shows, for as many processes as this user may see.</summary>
internal static class SocketOwners
{
    private const int MostProcesses = 20_000;

    public static IReadOnlyDictionary<long, List<SocketOwner>> Find(IReadOnlySet<long> inodes)
    {
        var owners = new Dictionary<long, List<SocketOwner>>();
        foreach (string process in Directories("/proc").Take(MostProcesses))
        {
            if (!int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                continue;
            }

            foreach (long inode in Sockets(process).Where(inodes.Contains).Distinct())
            {
                if (ParseStat(ProcFile.ReadLines($"{process}/stat"), id) is SocketOwner owner)
                {
                    (owners.TryGetValue(inode, out List<SocketOwner>? list) ? list : owners[inode] = []).Add(owner);
                }
            }
        }

        return owners;
    }

    /// <summary>Of <c>/proc/ID/stat</c>: id, name in parentheses (which may hold anything), state.</summary>
    public static SocketOwner? ParseStat(IReadOnlyList<string> lines, int id)
    {
        string line = string.Join(' ', lines);
        int open = line.IndexOf('(', StringComparison.Ordinal);
        int close = line.LastIndexOf(')');
        return open < 0 || close < open || close + 2 >= line.Length ? null : new SocketOwner(id, line[(open + 1)..close], line[close + 2] is 'T' or 't');
    }

    private static IEnumerable<long> Sockets(string process)
    {
        const string Prefix = "socket:[";
        foreach (string file in Entries($"{process}/fd"))
        {
            string? link = ReadLink(file);
            if (link is not null && link.StartsWith(Prefix, StringComparison.Ordinal)
                && long.TryParse(link.AsSpan(Prefix.Length).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out long inode))
            {
                yield return inode;
            }
        }
    }

    private static string? ReadLink(string file)
    {
        try
        {
            return new FileInfo(file).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string[] Directories(string path) => List(() => Directory.GetDirectories(path));

    private static string[] Entries(string path) => List(() => Directory.GetFileSystemEntries(path));

    private static string[] List(Func<string[]> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
