// SPDX-License-Identifier: MIT
using System.Reflection;
using System.Runtime.CompilerServices;

namespace LbEngine.Tests.Architecture;

/// <summary>The public surface is what <c>Engine/PublicApi.txt</c> says, line by line; everything else is internal and sealed.</summary>
/// <remarks>After a wanted change write the file anew: <c>LBENGINE_WRITE_PUBLIC_API=1 dotnet test --filter PublicApiTests</c>, and read the
/// difference.</remarks>
public sealed class PublicApiTests
{
    private static readonly string ApprovedFile = Path.Combine(SourceTree.Engine, "PublicApi.txt");

    [Fact]
    public void PublicSurface_Reflected_IsTheApprovedOne()
    {
        string[] actual = [.. PublicApi.Describe(typeof(LoadBalancer).Assembly)];
        if (Environment.GetEnvironmentVariable("LBENGINE_WRITE_PUBLIC_API") == "1")
        {
            File.WriteAllLines(ApprovedFile, actual);
        }

        string[] approved = File.ReadAllLines(ApprovedFile);

        Assert.Equal([], actual.Except(approved).Select(line => $"not approved: {line}"));
        Assert.Equal([], approved.Except(actual).Select(line => $"gone: {line}"));
        Assert.Equal(approved, actual);
    }

    [Fact]
    public void Classes_WithoutDerivedOnes_AreSealed()
    {
        Type[] types = typeof(LoadBalancer).Assembly.GetTypes();
        HashSet<Type?> bases = [.. types.Select(type => type.BaseType)];

        string[] open = [.. types
            .Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false }
                && !bases.Contains(type)
                && !type.IsDefined(typeof(CompilerGeneratedAttribute))
                && !type.Name.StartsWith('<'))
            .Select(type => type.FullName!)];

        Assert.Empty(open);
    }
}
