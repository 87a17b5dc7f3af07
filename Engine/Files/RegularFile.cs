// SPDX-License-Identifier: MIT
namespace LbEngine.Files;

/// <summary>Reads files that people name, such as a configuration, so that no name can hold up whoever reads.</summary>
/// <remarks>
/// A path may lead to a pipe that nobody writes, to a device without end, or to a file server that is away, now or at the next reload. Only regular
/// files are opened, wherever links lead; a read has a limit of bytes and ends within five seconds. Any thread.
/// </remarks>
public static class RegularFile
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="maxBytes">The largest that is read, from 1.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="RefusedFileException">It is no regular file, or larger; says which.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    /// <exception cref="IOException">It cannot be read, or not within five seconds.</exception>
    public static ReadOnlyMemory<byte> Read(string path, int maxBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBytes);
        return ReadInTime(() => FileOpener.Open(path), maxBytes);
    }

    /// <summary>Reads what is opened, both within the time.</summary>
    internal static ReadOnlyMemory<byte> ReadInTime(Func<OpenFile> open, int maxBytes) => Deadline.Run(
        () =>
        {
            using OpenFile file = open();
            return file.Read(maxBytes);
        },
        Patience);
}
