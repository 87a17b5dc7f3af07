// SPDX-License-Identifier: MIT
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using LbEngine.Admin.Messages;

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

    /// <remarks>After a wanted change write the file anew: <c>LBENGINE_WRITE_PUBLIC_API=1 dotnet test --filter AdminTests</c>, and read the
    /// difference.</remarks>
    [Fact]
    public void PublicSurface_Reflected_IsTheApprovedOne()
    {
        string file = Path.Combine(SourceTree.Root, "Engine.Admin", "PublicApi.txt");
        string[] actual = [.. PublicApi.Describe(typeof(StatusMessage).Assembly)];
        if (Environment.GetEnvironmentVariable("LBENGINE_WRITE_PUBLIC_API") == "1")
        {
            File.WriteAllLines(file, actual);
        }

        Assert.Equal(File.ReadAllLines(file), actual);
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

    [Fact]
    public void Classes_WithoutDerivedOnes_AreSealed()
    {
        Type[] types = typeof(StatusMessage).Assembly.GetTypes();
        HashSet<Type?> bases = [.. types.Select(type => type.BaseType)];

        string[] open = [.. types
            .Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false }
                && !bases.Contains(type)
                && !type.IsDefined(typeof(CompilerGeneratedAttribute))
                && !type.Name.StartsWith('<'))
            .Select(type => type.FullName!)];

        Assert.Empty(open);
    }

    [GeneratedRegex(@"^using LbEngine\.Admin\.(\w+)")]
    private static partial Regex FolderOfUsing();
}
