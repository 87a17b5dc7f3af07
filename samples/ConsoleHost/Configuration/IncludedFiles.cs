// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Configuration;

/// <summary>Finds the files that an <c>include</c> of a folder, or of a pattern such as <c>conf.d/*.yaml</c>, means.</summary>
internal static class IncludedFiles
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>The files by name, those of a folder with an extension of a configuration; null for a place that is neither folder nor pattern.</summary>
    /// <remarks>What is inside of inner folders, and what begins with a dot, as editors leave it behind, is none of them.</remarks>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static IReadOnlyList<string>? List(string place)
    {
        string name = Path.GetFileName(place);
        bool isPattern = name.Contains('*', StringComparison.Ordinal);
        if (!isPattern && !Directory.Exists(place))
        {
            return null;
        }

        string folder = isPattern ? Path.GetDirectoryName(place) is { Length: > 0 } outer ? outer : "." : place;
        IEnumerable<string> found = Directory.EnumerateFiles(folder, isPattern ? name : "*")
            .Where(file => isPattern || Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Select(Path.GetFileName)
            .OfType<string>()
            .Where(static file => file[0] != '.')
            .Order(StringComparer.Ordinal)
            .Take(ConfigurationSources.MostFiles + 1);
        string before = isPattern ? Path.GetDirectoryName(place) ?? "" : place;
        return [.. found.Select(file => Path.Combine(before, file))];
    }
}
