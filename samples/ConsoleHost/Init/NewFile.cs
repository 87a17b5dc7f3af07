// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Init;

/// <summary>Writes a file that somebody asked for, and none that is there already unless it may.</summary>
internal static class NewFile
{
    public static string AlreadyThere(string path) => $"{path} is there already: --force replaces it, --output FILE names another";

    /// <summary>What went wrong; null when the file is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Its content.</param>
    /// <param name="replaces">Whether one that is there gives way. Its owner, group and rights stay: a service may read it by its group.</param>
    public static string? Write(string path, string text, bool replaces)
    {
        try
        {
            if (Directory.Exists(path))
            {
                return $"{path} is a directory: name a file with --output";
            }

            // Asked in the same moment in which it is made: nobody's file is lost between a look and a write.
            using var stream = new FileStream(path, replaces ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            using var writer = new StreamWriter(stream);
            writer.Write(text);
            return null;
        }
        catch (IOException) when (!replaces && File.Exists(path))
        {
            return AlreadyThere(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"{path} cannot be written: {exception.Message}";
        }
    }
}
