// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;

namespace LbEngine.Tests.Architecture;

/// <summary>Rules about what may stand where in the source.</summary>
public sealed partial class SourceRuleTests
{
    private const int LongestFile = 400;
    private const int LongestLine = 160;

    [Fact]
    public void NativeCode_OutsideInterop_DoesNotExist()
    {
        string[] wrong = [.. SourceTree.Files("Engine")
            .Where(file => !file.StartsWith("Engine/Transport/Linux/Interop/", StringComparison.Ordinal))
            .SelectMany(file => SourceTree.Lines(file)
                .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && NativeWord().IsMatch(line))
                .Select(line => $"{file}: {line.Trim()}"))];

        Assert.Empty(wrong);
    }

    [Fact]
    public void Interop_WithoutItsNativeWords_WouldMakeTheRuleEmpty()
    {
        bool found = SourceTree.Files("Engine/Transport/Linux/Interop").SelectMany(SourceTree.Lines).Any(line => NativeWord().IsMatch(line));

        Assert.True(found, "The rule above looks for words that occur nowhere: it can no longer fail.");
    }

    [Theory]
    [InlineData("Engine")]
    [InlineData("Engine.Admin")]
    [InlineData("Engine.Kestrel")]
    [InlineData("Engine.Tests")]
    [InlineData("Engine.Benchmarks")]
    [InlineData("samples")]
    public void Files_Everywhere_AreShortAndWithoutRegions(string folder)
    {
        string[] wrong = [.. SourceTree.Files(folder)
            .Select(file => (File: file, Lines: SourceTree.Lines(file)))
            .Where(item => item.Lines.Length > LongestFile || item.Lines.Any(line => line.TrimStart().StartsWith("#region", StringComparison.Ordinal)))
            .Select(item => $"{item.File}: {item.Lines.Length} lines")];

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("Engine")]
    [InlineData("Engine.Admin")]
    [InlineData("Engine.Kestrel")]
    [InlineData("Engine.Benchmarks")]
    [InlineData("samples")]
    public void Lines_OfAllButTests_FitBesideAnother(string folder)
    {
        string[] wrong = [.. SourceTree.Files(folder).SelectMany(file => SourceTree.Lines(file)
            .Select((line, index) => (line, index))
            .Where(item => item.line.Length > LongestLine)
            .Select(item => $"{file}:{item.index + 1}: {item.line.Length} columns"))];

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("P:System.DateTime.UtcNow")]
    [InlineData("T:System.Diagnostics.Stopwatch")]
    [InlineData("M:System.Threading.Thread.Sleep(System.Int32)")]
    [InlineData("M:System.Threading.Tasks.Task.Wait")]
    [InlineData("T:System.Console")]
    public void BannedSymbols_OfTheEngine_HoldTheRule(string symbol)
    {
        string[] banned = File.ReadAllLines(Path.Combine(SourceTree.Engine, "BannedSymbols.txt"));

        Assert.Contains(banned, line => line.StartsWith(symbol + ";", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\bunsafe\b|\bLibraryImport\b|\bDllImport\b")]
    private static partial Regex NativeWord();
}
