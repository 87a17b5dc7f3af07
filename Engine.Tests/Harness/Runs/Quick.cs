// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Runs;

/// <summary>Which tests <c>dotnet test --filter Category=Quick</c> runs: a test is quick by its place, unless it says that it is slow.</summary>
internal static class Quick
{
    public const string Category = "Category";
    public const string Name = "Quick";

    /// <summary>For classes that take seconds: <c>[Trait(Quick.Category, Quick.Slow)]</c>.</summary>
    public const string Slow = "Slow";

    // Real processes, networks and peers: in a run of all a test there took 1.1 s on average, elsewhere 0.12.
    private static readonly string[] SlowPlaces = ["LbEngine.Tests.EndToEnd.", "LbEngine.Tests.ConsoleHost."];

    /// <summary>True for a test of that class with these traits.</summary>
    public static bool Holds(string className, IReadOnlyDictionary<string, List<string>> traits) =>
        !Array.Exists(SlowPlaces, place => className.StartsWith(place, StringComparison.Ordinal))
        && !(traits.TryGetValue(Category, out List<string>? categories) && categories.Contains(Slow));
}
