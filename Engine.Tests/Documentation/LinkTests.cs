// SPDX-License-Identifier: MIT
using LbEngine.Tests.Architecture;

namespace LbEngine.Tests.Documentation;

/// <summary>Every link that stays inside the repository leads somewhere.</summary>
public sealed class LinkTests
{
    [Fact]
    public void Links_OfEveryMarkdownFile_LeadToAFileOrAHeading()
    {
        string[] broken = [.. MarkdownFile.All.SelectMany(file => file.Links
            .Where(link => !IsAbsolute(link.Target) && !Leads(file, link.Target))
            .Select(link => $"{file.Path}:{link.Line}: {link.Target}"))];

        Assert.Empty(broken);
    }

    [Fact]
    public void Links_OfTheManual_AreFound()
    {
        Assert.Contains(MarkdownFile.Get("README.md").Links, link => link.Target == "docs/operating.md");
        Assert.Contains("how-connections-end", MarkdownFile.Get("docs/how-connections-end.md").Anchors);
    }

    [Fact]
    public void Pages_OfTheManual_StandInItsTableOfContents()
    {
        IEnumerable<string> listed = MarkdownFile.Get("docs/README.md").Links.Select(link => $"docs/{link.Target}");

        string[] pages = [.. MarkdownFile.All.Where(file => file.IsOfTheManual).Select(file => file.Path)];

        Assert.Empty(pages.Except([.. listed, "docs/README.md"]));
    }

    [Theory]
    [InlineData("Engine/README.md")]
    [InlineData("Engine.Admin/README.md")]
    [InlineData("Engine.Kestrel/README.md")]
    public void PackageReadme_ShownFarFromTheRepository_HasNoRelativeLink(string file)
    {
        Assert.DoesNotContain(MarkdownFile.Get(file).Links, link => !IsAbsolute(link.Target));
    }

    private static bool IsAbsolute(string target) => target.Contains("://", StringComparison.Ordinal);

    private static bool Leads(MarkdownFile from, string target)
    {
        int hash = target.IndexOf('#', StringComparison.Ordinal);
        string path = hash < 0 ? target : target[..hash];
        string full = path.Length == 0
            ? Path.Combine(SourceTree.Root, from.Path)
            : Path.GetFullPath(Path.Combine(SourceTree.Root, Path.GetDirectoryName(from.Path)!, path));
        string relative = Path.GetRelativePath(SourceTree.Root, full).Replace('\\', '/');
        if (hash < 0)
        {
            return File.Exists(full) || Directory.Exists(full);
        }

        return MarkdownFile.All.Any(file => file.Path == relative && file.Anchors.Contains(target[(hash + 1)..]));
    }
}
