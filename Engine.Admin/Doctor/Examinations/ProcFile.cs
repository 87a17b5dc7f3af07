// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Files of <c>/proc</c>, which may be missing, forbidden, or gone in the middle.</summary>
internal static class ProcFile
{
    private const int MostLines = 200_000;

    /// <summary>Its lines; none when it cannot be read.</summary>
    public static IReadOnlyList<string> ReadLines(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Take(MostLines)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
