// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Host;

/// <summary>
/// What a test needs of the machine. A missing thing skips the test with a reason; where the variable CI is true nothing is skipped, so that it fails
/// there.
/// </summary>
internal static class Requirement
{
    /// <summary>The reason to skip, or null.</summary>
    public static string? Programs(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            if (!File.Exists(path))
            {
                return Unless($"{path} is not installed.");
            }
        }

        return null;
    }

    /// <summary>The reason to skip a test that needs root, or null.</summary>
    public static string? Root() => Environment.IsPrivilegedProcess ? null : Unless("Needs root for a network namespace.");

    private static string? Unless(string reason) =>
        string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase) ? null : reason;
}
