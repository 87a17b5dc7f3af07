// SPDX-License-Identifier: MIT
using System.Reflection;
using System.Xml.Linq;
using LbEngine.Kestrel;

namespace LbEngine.Tests.Architecture;

/// <summary>The package for ASP.NET backends has the engine's reader of headers inside, and no engine.</summary>
public sealed class KestrelTests
{
    private static readonly Assembly Package = typeof(IProxyProtocolFeature).Assembly;

    [Fact]
    public void Package_WhatItNeeds_IsAspNetAlone()
    {
        IEnumerable<string> others = Package.GetReferencedAssemblies().Select(one => one.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("Microsoft.", StringComparison.Ordinal));

        Assert.Empty(others);
    }

    [Fact]
    public void Package_WhatItShows_IsItsOwn() =>
        Assert.All(Package.GetExportedTypes(), type => Assert.Equal("LbEngine.Kestrel", type.Namespace));

    [Fact]
    public void Sources_OfOthers_AreAWholeParserAndMemoryOfTheEngine()
    {
        string folder = Path.Combine(SourceTree.Root, "Engine.Kestrel");
        var project = XDocument.Load(Path.Combine(folder, "LbEngine.Kestrel.csproj"));

        string[] linked = [.. project.Descendants("Compile")
            .Select(one => Path.GetDirectoryName(one.Attribute("Include")!.Value)!.Replace('\\', '/'))
            .Distinct()];

        Assert.Equal(["../Engine/Inspection/ProxyProtocol", "../Engine/Tables"], linked);
    }

    [Fact]
    public void Namespaces_OfEveryFile_AreItsFolders()
    {
        string[] wrong = [.. SourceTree.Files("Engine.Kestrel").Where(file => !SourceTree.Lines(file).Contains("namespace LbEngine.Kestrel;"))];

        Assert.Empty(wrong);
    }
}
