// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Scale;

/// <summary>Where results go: beside the source, found from where the program was built.</summary>
internal static class ResultFolder
{
    /// <summary>The committed folder for a whole run, an ignored one for a part of it.</summary>
    public static string Find(bool isWhole)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "LbEngine.sln")))
        {
            directory = directory.Parent;
        }

        string root = directory?.FullName ?? Environment.CurrentDirectory;
        return isWhole ? Path.Combine(root, "Engine.Benchmarks", "results") : Path.Combine(root, "artifacts", "benchmarks");
    }
}
