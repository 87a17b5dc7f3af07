// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;

namespace LbEngine.Tests.Architecture;

/// <summary>The rules of the library hold in the package that operates it, too.</summary>
public sealed partial class AdminTests
{
    // From the first that knows nobody to the last that knows all.
    private static readonly string[] Order = ["Messages", "Doctor", "Api"];

    [Fact]
    public void Folders_TheirUsings_NameOnlyFoldersAboveThem()
    {
        string[] wrong = [.. Order.SelectMany((folder, position) => SourceTree.Files($"Engine.Admin/{folder}")
            .SelectMany(file => SourceTree.Lines(file)
                .Select(line => FolderOfUsing().Match(line))
                .Where(match => match.Success && Array.IndexOf(Order, match.Groups[1].Value) > position)
                .Select(match => $"{file} uses {match.Value}")))];

        Assert.Empty(wrong);
    }

    [Fact]
    public void Namespaces_OfEveryFile_AreItsFolders()
    {
        string[] wrong = [.. SourceTree.Files("Engine.Admin").Where(file =>
        {
            string expected = $"namespace Lb{Path.GetDirectoryName(file)!.Replace('\\', '/').Replace('/', '.')};";
            return SourceTree.Lines(file).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal)) != expected;
        })];

        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"^using LbEngine\.Admin\.(\w+)")]
    private static partial Regex FolderOfUsing();
}
