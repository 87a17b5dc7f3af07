// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Control;

/// <summary>What tells one content of a file from another without reading it.</summary>
/// <param name="Target">Where links lead.</param>
/// <param name="Written">When it was written, in UTC.</param>
/// <param name="Length">Its bytes.</param>
internal readonly record struct FileStamp(string Target, DateTime Written, long Length)
{
    /// <summary>No file that can be read.</summary>
    public static readonly FileStamp Missing;

    public static FileStamp Read(string path)
    {
        try
        {
            // Directories on the way may be links too: only the last step is resolved here, and its file has another time then.
            FileSystemInfo file = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
            return file is FileInfo { Exists: true } found ? new FileStamp(found.FullName, found.LastWriteTimeUtc, found.Length) : Missing;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Missing;
        }
    }
}
