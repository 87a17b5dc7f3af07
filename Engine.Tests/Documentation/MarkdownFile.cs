// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;
using LbEngine.Tests.Architecture;

namespace LbEngine.Tests.Documentation;

/// <summary>A markdown file of the repository, as far as the tests must understand one: fenced blocks, headings, links.</summary>
internal sealed partial class MarkdownFile
{
    private const string Fence = "```";
    private static readonly string[] NotOurs = ["bin", "obj", ".git", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];

    private static readonly string[] Written = ["docs/settings.md", "Engine.Benchmarks/results/"];

    private readonly List<CodeBlock> _blocks = [];
    private readonly List<(int Line, string Text)> _prose = [];

    private MarkdownFile(string path)
    {
        Path = path;
        Lines = File.ReadAllLines(System.IO.Path.Combine(SourceTree.Root, path));
        Split();
    }

    /// <summary>Relative to the top of the repository, with forward slashes.</summary>
    public string Path { get; }

    public string[] Lines { get; }

    public bool IsOfTheManual => Path.StartsWith("docs/", StringComparison.Ordinal);

    public IReadOnlyList<CodeBlock> Blocks => _blocks;

    /// <summary>What a browser takes after <c>#</c>, made from the headings as GitHub does.</summary>
    public IReadOnlySet<string> Anchors => _prose
        .Select(line => Heading().Match(line.Text))
        .Where(match => match.Success)
        .Select(match => Anchor(match.Groups[1].Value))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>The targets of links and images, fenced blocks and code within a line left out.</summary>
    public IEnumerable<(int Line, string Target)> Links => _prose.SelectMany(line => Link()
        .Matches(InlineCode().Replace(line.Text, "code"))
        .Select(match => (line.Line, match.Groups[1].Value)));

    public static IReadOnlyList<MarkdownFile> All { get; } =
    [
        .. Directory.EnumerateFiles(SourceTree.Root, "*.md", SearchOption.AllDirectories)
            .Select(path => System.IO.Path.GetRelativePath(SourceTree.Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Intersect(NotOurs).Any())
            .Order(StringComparer.Ordinal)
            .Select(path => new MarkdownFile(path)),
    ];

    /// <summary>Those that people write. What programs write (reports of benchmarks, the page of settings) has tests where it is written.</summary>
    public static IEnumerable<MarkdownFile> Pages => All.Where(file => !Written.Any(path => file.Path.StartsWith(path, StringComparison.Ordinal)));

    public static MarkdownFile Get(string path) => All.Single(file => file.Path == path);

    private static string Anchor(string heading) => NotInAnchor().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    private void Split()
    {
        for (int i = 0; i < Lines.Length; i++)
        {
            if (!Lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                _prose.Add((i + 1, Lines[i]));
                continue;
            }

            int end = Array.FindIndex(Lines, i + 1, line => line == Fence);
            Assert.True(end > 0, $"{Path}:{i + 1}: the fence is never closed");
            _blocks.Add(new CodeBlock(Lines[i][Fence.Length..], i + 1, Lines[(i + 1)..end]));
            i = end;
        }
    }

    [GeneratedRegex(@"^#+ (.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{Nd}\-_ ]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
