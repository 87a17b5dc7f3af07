// SPDX-License-Identifier: MIT
using System.Reflection;
using System.Runtime.CompilerServices;
using LbEngine.Admin.Messages;
using LbEngine.Kestrel;

namespace LbEngine.Tests.Architecture;

/// <summary>What nobody derives from is sealed. The public surface itself is tracked by an analyzer, in each package's PublicAPI files.</summary>
public sealed class VisibilityTests
{
    public static TheoryData<Type> OneOfEachPackage() => [typeof(LoadBalancer), typeof(StatusMessage), typeof(ProxyProtocolOptions)];

    [Theory]
    [MemberData(nameof(OneOfEachPackage))]
    public void Classes_WithoutDerivedOnes_AreSealed(Type one)
    {
        Type[] types = one.Assembly.GetTypes();
        HashSet<Type?> bases = [.. types.Select(type => type.BaseType)];

        string[] open = [.. types
            .Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false }
                && !bases.Contains(type)
                && !type.IsDefined(typeof(CompilerGeneratedAttribute))
                && !type.Name.StartsWith('<'))
            .Select(type => type.FullName!)];

        Assert.Empty(open);
    }

    [Theory]
    [InlineData("Engine")]
    [InlineData("Engine.Admin")]
    [InlineData("Engine.Kestrel")]
    public void PublicSurface_OfAPackage_IsTrackedWithItsNullability(string package)
    {
        string folder = Path.Combine(SourceTree.Root, package);

        string project = File.ReadAllText(Directory.GetFiles(folder, "*.csproj").Single());
        string[] lines = File.ReadAllLines(Path.Combine(folder, "PublicAPI.Unshipped.txt"));

        Assert.Contains("Microsoft.CodeAnalysis.PublicApiAnalyzers", project, StringComparison.Ordinal);
        Assert.Equal("#nullable enable", lines[0]);
        Assert.True(lines.Length > 1, "The package has no public member.");
    }
}
