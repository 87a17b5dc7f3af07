// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Scale;

namespace LbEngine.Benchmarks.Measuring;

/// <summary>Where a report goes. Known, and known to work, before minutes of measuring.</summary>
internal static class OutputFile
{
    /// <summary>A folder gets a file of the usual name; without a choice the results' folder does.</summary>
    public static string Choose(string? chosen, string fileName, bool isWhole) =>
        chosen is null ? Path.Combine(ResultFolder.Find(isWhole), fileName)
        : Directory.Exists(chosen) || Path.EndsInDirectorySeparator(chosen) ? Path.Combine(Path.GetFullPath(chosen), fileName)
        : Path.GetFullPath(chosen);

    /// <summary>Leaves a file that is there as it is.</summary>
    /// <exception cref="ArgumentException">It cannot be written.</exception>
    public static void EnsureWritable(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            bool isNew = !File.Exists(path);
            using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write))
            {
            }

            if (isNew)
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"--output: {path} cannot be written: {exception.Message}", exception);
        }
    }
}
