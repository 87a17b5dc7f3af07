// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;

namespace LbEngine.Tests.Architecture;

/// <summary>Data flows one way through the folders of the library.</summary>
public sealed partial class FolderTests
{
    // From the first that knows nobody to the last that knows all. Scheduling stands first because it knows nobody,
    // and the configuration names its schedulers.
    private static readonly string[] Order =
    [
        "Scheduling", "Configuration", "Timing", "Tables", "Lifecycle", "Backends", "Connections", "Admission", "Inspection", "Observability",
        "Resolution", "Transport", "Health", "Forwarding", "Control", "Hosting",
    ];

    public static TheoryData<string> Folders() => [.. Order.Where(folder => Directory.Exists(Path.Combine(SourceTree.Engine, folder)))];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folder_ItsUsings_NameOnlyFoldersAboveIt(string folder)
    {
        int position = Array.IndexOf(Order, folder);
        string[] allowed = Order[..(position + 1)];

        string[] wrong = [.. SourceTree.Files($"Engine/{folder}").SelectMany(file => SourceTree.Lines(file)
            .Select(line => EngineNamespace().Match(line))
            .Where(match => match.Success && Order.Contains(match.Groups[1].Value) && !allowed.Contains(match.Groups[1].Value))
            .Select(match => $"{file} uses {match.Value}"))];

        Assert.Empty(wrong);
    }

    [Fact]
    public void Engine_ItsFolders_AreAllInTheOrder()
    {
        string[] unknown = [.. Directory.GetDirectories(SourceTree.Engine)
            .Select(path => Path.GetFileName(path)!)
            .Except(Order)
            .Except(["bin", "obj"])];

        Assert.Empty(unknown);
    }

    [Fact]
    public void Namespaces_OfEveryFile_AreItsFolders()
    {
        string[] wrong = [.. SourceTree.Files("Engine").Where(file => !NamespaceFits(file))];

        Assert.Empty(wrong);
    }

    private static bool NamespaceFits(string file)
    {
        string folder = Path.GetDirectoryName(file)!.Replace('\\', '/');
        // The in-memory transport is public under a name that says what it is for.
        string expected = folder == "Engine/Transport/Memory"
            ? "LbEngine.Testing"
            : folder.Replace("Engine", "LbEngine", StringComparison.Ordinal).Replace('/', '.');
        string? line = SourceTree.Lines(file).FirstOrDefault(text => text.StartsWith("namespace ", StringComparison.Ordinal));
        return line == $"namespace {expected};" || line is null;
    }

    [GeneratedRegex(@"\bLbEngine\.([A-Z]\w+)")]
    private static partial Regex EngineNamespace();
}
