// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Architecture;

/// <summary>The source files of the library, for tests that read them as text.</summary>
internal static class SourceTree
{
    /// <summary>The top of the repository, found upwards from where the tests were built.</summary>
    public static string Root { get; } = FindRoot();

    public static string Engine { get; } = Path.Combine(Root, "Engine");

    /// <summary>Every .cs file below a folder, build output left out; paths relative to the top, with forward slashes.</summary>
    public static IEnumerable<string> Files(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    public static string[] Lines(string relativePath) => File.ReadAllLines(Path.Combine(Root, relativePath));

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "LbEngine.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"No LbEngine.sln above {AppContext.BaseDirectory}: run the tests where they were built.");
    }
}
